package dev.alwayson.sim;

import dev.alwayson.core.control.RuntimeChanges;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A store for runtime changes whose disk may be slow and may fail. One save after the other. */
final class SimulatedStore {

    private final RandomGenerator random;
    private RuntimeChanges content = RuntimeChanges.NONE;
    private boolean failing;
    private long busyUntil;

    SimulatedStore(RandomGenerator random) {
        this.random = random;
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

    /** Ends a save: the problem, if it failed. */
    Optional<String> save(RuntimeChanges changes) {
        if (failing) {
            return Optional.of("disk full");
        }
        content = changes;
        return Optional.empty();
    }
}
