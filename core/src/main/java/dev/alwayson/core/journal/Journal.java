package dev.alwayson.core.journal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The node's append-only record. Appending never waits for the disk: an event waits in a bounded
 * buffer, and what does not fit is counted and told by {@link Happening.EventsLost}. Safe for use
 * by several threads.
 */
public interface Journal extends AutoCloseable {

    void append(Event event);

    /**
     * Events that are durable, oldest first.
     *
     * @param afterPosition the position of the last one already seen; 0 for the beginning
     * @param limit at most so many, 1 to 10,000
     */
    List<Entry> read(long afterPosition, int limit);

    /** The position of the newest durable event; 0 if there is none. */
    long position();

    /**
     * Waits until there is a durable event after this position.
     *
     * @return whether there is one; false when the time is over or the journal is closed
     */
    boolean await(long afterPosition, Duration atMost) throws InterruptedException;

    /** Events that were lost since the start. */
    long lost();

    /** Why it cannot write at present; empty while it can. */
    Optional<String> problem();

    /** Writes what waits, then releases the file. */
    @Override
    void close();

    /** An event and its place in this node's copy of the journal. */
    record Entry(long position, Event event) {}
}
