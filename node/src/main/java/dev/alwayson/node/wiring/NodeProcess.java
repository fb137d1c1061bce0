package dev.alwayson.node.wiring;

import dev.alwayson.config.Environment;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A node as a process of its own: SIGHUP reloads, SIGTERM and SIGINT stop in order; a second one, a
 * second later or more, closes at once.
 */
public final class NodeProcess {

    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    /** By signal(7), which has them the same on every architecture. */
    private static final Map<String, Integer> SIGNAL_NUMBERS = Map.of("SIGINT", 2, "SIGTERM", 15);

    /** GNU timeout, for one, signals its child, and at once the child's whole group. */
    private static final long ECHO_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NONE = -1;

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
        CompilerThreads.giveWay();
        try {
            // Before the node says that it serves: whoever waits for that may signal at once.
            CompletableFuture<Node> started = new CompletableFuture<>();
            boolean reloads = Signals.handle("HUP", name -> reload(started.join(), name));
            Consumer<String> stop = stop(started);
            Signals.handle("TERM", stop);
            Signals.handle("INT", stop);
            Node running = Node.start(file, Environment.ofProcess(node), path);
            if (!reloads) {
                LOG.warn(
                        "SIGHUP does not reload: whoever started this process has it ignored, as"
                                + " nohup does; use alwayson reload");
            }
            started.complete(running); // From here on it can stop.
            return running.awaitEnd().map(SIGNAL_NUMBERS::get).map(n -> 128 + n).orElse(0);
        } catch (StartFailed e) {
            e.reasons().forEach(errors::println);
            return 1;
        }
    }

    /** Heeds a signal unless it is the echo of the first. */
    private static Consumer<String> stop(CompletableFuture<Node> started) {
        long epoch = System.nanoTime();
        AtomicLong first = new AtomicLong(NONE);
        return signal -> {
            long now = System.nanoTime() - epoch;
            if (first.compareAndSet(NONE, now) || now - first.get() >= ECHO_NANOS) {
                started.join().stop(signal);
            }
        };
    }

    /** What came of it is an event, and so in the log. */
    private static void reload(Node running, String signal) {
        List<String> problems = running.reload(signal);
        LOG.debug("{}: {} problems", signal, problems.size());
    }
}
