package dev.alwayson.core.control;

import dev.alwayson.core.journal.EventId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything the control loop knows: immutable, so any thread may hold it. {@link Control#start}
 * makes the first one, {@link Control#step} the next.
 */
public final class State {

    final String version;
    final Chronicle chronicle;
    final Targets targets;
    final SlowStarts slowStarts;
    final Ejections ejections;
    final OptionalLong wake;
    final Saves saves;
    final RuntimeChanges changes;
    final Optional<Configuration> configuration;
    final Optional<EventId> applied;
    final Optional<Snapshot> snapshot;
    final boolean stopping;

    /**
     * @param version the software's, for the journal
     * @param wake the monotonic time of the wake-up that was asked for and has not come
     * @param applied the event of the configuration that runs
     * @param snapshot the newest that was published; empty before the first configuration
     */
    State(
            String version,
            Chronicle chronicle,
            Targets targets,
            SlowStarts slowStarts,
            Ejections ejections,
            OptionalLong wake,
            Saves saves,
            RuntimeChanges changes,
            Optional<Configuration> configuration,
            Optional<EventId> applied,
            Optional<Snapshot> snapshot,
            boolean stopping) {
        this.version = version;
        this.chronicle = chronicle;
        this.targets = targets;
        this.slowStarts = slowStarts;
        this.ejections = ejections;
        this.wake = wake;
        this.saves = saves;
        this.changes = changes;
        this.configuration = configuration;
        this.applied = applied;
        this.snapshot = snapshot;
        this.stopping = stopping;
    }

    /** The newest snapshot that was published; empty before the first configuration. */
    public Optional<Snapshot> snapshot() {
        return snapshot;
    }
}
