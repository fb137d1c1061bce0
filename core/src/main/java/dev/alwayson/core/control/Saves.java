package dev.alwayson.core.control;

import dev.alwayson.core.journal.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which runtime changes are durable, and who waits for those that are not.
 *
 * @param stored the newest version that the store has; what it holds includes all before
 * @param waiting in the order in which they asked
 */
record Saves(long stored, List<Waiting> waiting) {

    /** More than this many commands are not kept waiting for a disk that does not answer. */
    static final int MOST_WAITING = 1000;

    Saves {
        waiting = List.copyOf(waiting);
    }

    boolean full() {
        return waiting.size() >= MOST_WAITING;
    }

    boolean inFlight(long version) {
        return waiting.stream().anyMatch(one -> one.version() == version);
    }

    Saves with(Waiting one) {
        List<Waiting> more = new ArrayList<>(waiting);
        more.add(one);
        return new Saves(stored, more);
    }

    List<Waiting> upTo(long version) {
        return waiting.stream().filter(one -> one.version() <= version).toList();
    }

    Saves answered(long version, long nowStored) {
        return new Saves(
                nowStored, waiting.stream().filter(one -> one.version() > version).toList());
    }

    /**
     * A command that is answered when its version is stored.
     *
     * @param change the event of the change; empty if the command only repeated it
     */
    record Waiting(long command, long version, Optional<EventId> change) {}
}
