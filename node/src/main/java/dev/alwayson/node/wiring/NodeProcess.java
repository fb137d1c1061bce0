package dev.alwayson.node.wiring;

import dev.alwayson.config.Environment;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A node as a process of its own: SIGHUP reloads, SIGTERM and SIGINT stop in order, a second one
 * closes at once.
 */
public final class NodeProcess {

    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    /** By signal(7), which has them the same on every architecture. */
    private static final Map<String, Integer> SIGNAL_NUMBERS = Map.of("SIGINT", 2, "SIGTERM", 15);

    private NodeProcess() {}

    /**
     * Runs until the node has stopped.
     *
     * @param node this node's name, if the command line gives one
     * @param errors where the reasons are told if it cannot start, a line each
     * @return the exit code: 0 if it stopped in order; 1 if it could not start; 128 and the number
     *     of the signal if a second one cut what ran, as the shell has it for what a signal ended
     */
    public static int run(
            Path file, Optional<String> node, LongFunction<DataPath> path, PrintStream errors)
            throws InterruptedException {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        try {
            // Before the node says that it serves: whoever waits for that may signal at once.
            CompletableFuture<Node> started = new CompletableFuture<>();
            Signals.handle("HUP", name -> reload(started.join(), name));
            Signals.handle("TERM", name -> started.join().stop(name));
            Signals.handle("INT", name -> started.join().stop(name));
            Node running = Node.start(file, Environment.ofProcess(node), path);
            started.complete(running);
            return running.awaitEnd().map(SIGNAL_NUMBERS::get).map(n -> 128 + n).orElse(0);
        } catch (StartFailed e) {
            e.reasons().forEach(errors::println);
            return 1;
        }
    }

    /** What came of it is an event, and so in the log. */
    private static void reload(Node running, String signal) {
        List<String> problems = running.reload(signal);
        LOG.debug("{}: {} problems", signal, problems.size());
    }
}
