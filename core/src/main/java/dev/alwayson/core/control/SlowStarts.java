package dev.alwayson.core.control;

import dev.alwayson.core.balance.ServerId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The servers within their slow start: each grows in 20 equal levels, from a twentieth of its
 * weight at once to all of it when its time is over.
 *
 * @param ramps of each backend that has any, by the servers' names
 */
record SlowStarts(Map<String, Map<String, Ramp>> ramps) {

    static final SlowStarts NONE = new SlowStarts(Map.of());

    private static final int LEVELS = 20;

    /** However many servers start slowly, their shares are renewed at most this often. */
    static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    /**
     * The server's ramp from now on; empty if it has all its weight.
     *
     * @param length the server's slow start; zero if it has none, or does not serve
     * @param begins whether it serves anew
     */
    Optional<Ramp> next(ServerId server, Duration length, boolean begins, long nanos) {
        if (length.isZero()) {
            return Optional.empty();
        }
        if (begins) {
            return Optional.of(new Ramp(nanos, length.toNanos()));
        }
        return Optional.ofNullable(of(server.backend()).get(server.server()))
                .map(ramp -> new Ramp(ramp.startNanos(), length.toNanos()))
                .filter(ramp -> ramp.level(nanos) < LEVELS);
    }

    Map<String, Ramp> of(String backend) {
        return ramps.getOrDefault(backend, Map.of());
    }

    /** With these as all the ramps of the backend. */
    SlowStarts with(String backend, Map<String, Ramp> ofBackend) {
        if (ofBackend.equals(of(backend))) {
            return this;
        }
        Map<String, Map<String, Ramp>> next = new TreeMap<>(ramps);
        if (ofBackend.isEmpty()) {
            next.remove(backend);
        } else {
            next.put(backend, ofBackend);
        }
        return new SlowStarts(next);
    }

    /** When the next share changes, but not before {@link #SHORTEST_WAIT}. */
    OptionalLong due(long nanos) {
        OptionalLong wait =
                ramps.values().stream()
                        .flatMap(ofBackend -> ofBackend.values().stream())
                        .mapToLong(ramp -> ramp.nextNanos(nanos) - nanos)
                        .min();
        return wait.isEmpty()
                ? wait
                : OptionalLong.of(nanos + Math.max(wait.getAsLong(), SHORTEST_WAIT.toNanos()));
    }

    /** One server's way back to its weight, in monotonic nanoseconds. */
    record Ramp(long startNanos, long lengthNanos) {

        /** Of {@code full} the part that is due now. */
        int share(int full, long nanos) {
            return full * level(nanos) / LEVELS;
        }

        private int level(long nanos) {
            long elapsed = Math.clamp(nanos - startNanos, 0, lengthNanos);
            return (int) (1 + (LEVELS - 1) * elapsed / lengthNanos);
        }

        private long nextNanos(long nanos) {
            int steps = LEVELS - 1;
            return startNanos + (level(nanos) * lengthNanos + steps - 1) / steps;
        }
    }
}
