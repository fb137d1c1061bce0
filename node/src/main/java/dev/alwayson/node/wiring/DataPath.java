package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What carries the traffic, as the node drives it: one call at a time, except for {@link Traffic},
 * {@link #loopsAlive} and {@link #metrics}, which any thread may ask.
 */
public interface DataPath extends Traffic, AutoCloseable {

    /**
     * Makes ready what the configuration needs and what can fail, such as its addresses.
     *
     * @param file that the configuration was read from
     * @return the problems, a sentence each; if there are any, nothing has changed
     */
    List<String> prepare(Path file, Configuration configuration);

    /** Works from this snapshot from now on. */
    void apply(Snapshot snapshot);

    /** From now on every answer tells its client that the connection ends with it. */
    void announceStop();

    /** Lets no connection begin any more; those that have are still accepted. Returns at once. */
    void stopAccepting();

    /**
     * Waits until nothing can come any more, and nothing runs.
     *
     * @return whether that came within the time
     */
    boolean awaitIdle(Duration atMost) throws InterruptedException;

    /** Client connections in all. */
    int clients();

    /** Whether every event loop goes round. */
    boolean loopsAlive();

    List<MultiCollector> metrics();

    /** What came of requests since this was asked last, of the servers that failed some. */
    List<ServerTries> passiveResults();

    /** Closes everything at once. */
    @Override
    void close();
}
