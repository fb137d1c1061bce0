package dev.alwayson.node.wiring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that runs a node whose data path is busy for as long as it is not killed. On a first
 * byte from standard input it takes every file descriptor, those that others give back meanwhile
 * too ({@code 1}: but one), on a second one it gives them back.
 */
final class QuietProcess {

    private static final int AGAIN_MILLIS = 10;

    private QuietProcess() {}

    static void main(String[] arguments) throws Exception {
        QuietPath path = new QuietPath();
        if (arguments.length > 1 && arguments[1].equals("idle")) {
            path.busy.countDown();
        }
        Thread.ofPlatform().daemon().start(QuietProcess::takeDescriptors);
        System.exit(
                NodeProcess.run(Path.of(arguments[0]), Optional.of("lb1"), _ -> path, System.err));
    }

    private static void takeDescriptors() {
        List<SocketChannel> taken = new ArrayList<>();
        try {
            int asked = System.in.read();
            if (asked < 0) {
                return;
            }
            System.err.println("took all: " + takeAll(taken));
            if (asked == '1') {
                taken.removeLast().close();
            } else {
                while (System.in.available() == 0) {
                    takeAll(taken);
                    Thread.sleep(AGAIN_MILLIS);
                }
            }
            int _ = System.in.read();
            for (SocketChannel each : taken) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says what there is no more for. */
    private static String takeAll(List<SocketChannel> taken) {
        try {
            while (true) {
                taken.add(SocketChannel.open());
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
