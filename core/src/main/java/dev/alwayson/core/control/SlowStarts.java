package dev.alwayson.core.control;

import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The servers within their slow start: each grows in 20 equal levels, from a twentieth of its
 * weight at once to all of it when its time is over.
 *
 * @param wake the monotonic time of the wake-up that was asked for and has not come
 */
record SlowStarts(Map<ServerId, Ramp> ramps, OptionalLong wake) {

    static final SlowStarts NONE = new SlowStarts(Map.of(), OptionalLong.empty());

    private static final int LEVELS = 20;

    /** However many servers start slowly, their shares are renewed at most this often. */
    static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    /**
     * What the time makes of this for one server.
     *
     * @param length the server's slow start; zero if it has none, or does not serve
     * @param begins whether it serves anew
     */
    SlowStarts next(ServerId server, Duration length, boolean begins, long nanos) {
        if (length.isZero()) {
            return without(server);
        }
        if (begins) {
            return with(server, new Ramp(nanos, length.toNanos()));
        }
        Ramp ramp = ramps.get(server);
        if (ramp == null) {
            return this;
        }
        Ramp now = new Ramp(ramp.startNanos(), length.toNanos());
        if (now.level(nanos) == LEVELS) {
            return without(server);
        }
        return now.equals(ramp) ? this : with(server, now);
    }

    private SlowStarts with(ServerId server, Ramp ramp) {
        Map<ServerId, Ramp> next = new TreeMap<>(ramps);
        next.put(server, ramp);
        return new SlowStarts(next, wake);
    }

    SlowStarts without(ServerId server) {
        if (!ramps.containsKey(server)) {
            return this;
        }
        Map<ServerId, Ramp> next = new TreeMap<>(ramps);
        next.remove(server);
        return new SlowStarts(next, wake);
    }

    /** The wake-up has come; another is asked for while servers start slowly. */
    SlowStarts woken() {
        return new SlowStarts(ramps, OptionalLong.empty());
    }

    SlowStarts waking(OptionalLong at) {
        return new SlowStarts(ramps, at);
    }

    /** The weight now, in thousandths. */
    int share(ServerId id, Server server, long nanos) {
        Ramp ramp = ramps.get(id);
        int full = server.weight() * 1000;
        return ramp == null ? full : full * ramp.level(nanos) / LEVELS;
    }

    /** When the next share changes, but not before {@link #SHORTEST_WAIT}. */
    OptionalLong due(long nanos) {
        OptionalLong wait =
                ramps.values().stream().mapToLong(ramp -> ramp.nextNanos(nanos) - nanos).min();
        return wait.isEmpty()
                ? wait
                : OptionalLong.of(nanos + Math.max(wait.getAsLong(), SHORTEST_WAIT.toNanos()));
    }

    /** One server's way back to its weight, in monotonic nanoseconds. */
    record Ramp(long startNanos, long lengthNanos) {

        int level(long nanos) {
            long elapsed = Math.clamp(nanos - startNanos, 0, lengthNanos);
            return (int) (1 + (LEVELS - 1) * elapsed / lengthNanos);
        }

        long nextNanos(long nanos) {
            int steps = LEVELS - 1;
            return startNanos + (level(nanos) * lengthNanos + steps - 1) / steps;
        }
    }
}
