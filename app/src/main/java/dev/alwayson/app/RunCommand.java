package dev.alwayson.app;

import dev.alwayson.cli.NodeOption;
import dev.alwayson.node.wiring.NodeProcess;
import dev.alwayson.node.wiring.ProxyPath;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code alwayson run}. */
@Command(
        name = "run",
        description = {
            "Starts this node, and runs until it is stopped. Logs go to standard error.",
            "SIGHUP reads the file again. SIGTERM and Ctrl-C finish what runs, then stop; a second"
                    + " one, a second later or more, cuts what runs (exit code 143 or 130)."
        })
public final class RunCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "alwayson.yaml",
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("alwayson.yaml");

    @Mixin private NodeOption node = new NodeOption();

    @Override
    public Integer call() throws InterruptedException {
        return NodeProcess.run(file, node.name(), ProxyPath::open, System.err);
    }
}
