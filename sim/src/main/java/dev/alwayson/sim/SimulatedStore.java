package dev.alwayson.sim;

import dev.alwayson.core.control.RuntimeChanges;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A store for runtime changes whose disk may be slow and may fail. One save after the other; in
 * half of the worlds what waits is replaced by what is newer, as the node does it.
 */
final class SimulatedStore {

    private final RandomGenerator random;
    private final boolean newestOnly;
    private Optional<RuntimeChanges> waiting = Optional.empty();
    private RuntimeChanges content = RuntimeChanges.NONE;
    private boolean failing;
    private long busyUntil;

    SimulatedStore(RandomGenerator random) {
        this.random = random;
        newestOnly = random.nextBoolean();
    }

    RuntimeChanges content() {
        return content;
    }

    void fail(boolean nowFailing) {
        failing = nowFailing;
    }

    /** When a save that is asked for now will have ended. */
    long end(long elapsed) {
        long begins = Math.max(elapsed, busyUntil);
        boolean slow = random.nextInt(10) == 0;
        busyUntil = begins + Duration.ofMillis(random.nextInt(1, slow ? 2000 : 20)).toNanos();
        return busyUntil;
    }

    /** Whether a save is to be planned for these; else one that was planned before takes them. */
    boolean accept(RuntimeChanges changes) {
        boolean planned = newestOnly && waiting.isPresent();
        waiting = Optional.of(changes);
        return !planned;
    }

    /** What the save that was planned for these is to store. */
    RuntimeChanges take(RuntimeChanges changes) {
        RuntimeChanges taken = newestOnly ? waiting.orElse(changes) : changes;
        waiting = Optional.empty();
        return taken;
    }

    /** The node is killed in the middle of a save: either the old or the new is there, whole. */
    void killed() {
        waiting.filter(_ -> !failing && random.nextBoolean()).ifPresent(newest -> content = newest);
        waiting = Optional.empty();
    }

    /** Ends a save: the problem, if it failed. */
    Optional<String> save(RuntimeChanges changes) {
        if (failing) {
            return Optional.of("disk full");
        }
        content = changes;
        return Optional.empty();
    }
}
