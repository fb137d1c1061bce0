package dev.alwayson.node.wiring;

import java.nio.file.Path;
import java.util.Optional;

/** A process that runs a node whose data path is busy for as long as it is not killed. */
final class QuietProcess {

    private QuietProcess() {}

    static void main(String[] arguments) throws Exception {
        QuietPath path = new QuietPath();
        if (arguments.length > 1 && arguments[1].equals("idle")) {
            path.busy.countDown();
        }
        System.exit(
                NodeProcess.run(Path.of(arguments[0]), Optional.of("lb1"), _ -> path, System.err));
    }
}
