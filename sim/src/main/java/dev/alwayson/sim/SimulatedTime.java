package dev.alwayson.sim;

import dev.alwayson.core.time.Clock;
import dev.alwayson.core.time.Moment;
import java.time.Duration;
import java.time.Instant;

/**
 * Time that passes only when the simulation says so. Its monotonic clock may begin just before its
 * largest value, as a real one may; its wall clock may be set, also back.
 */
public final class SimulatedTime implements Clock {

    private final long origin;
    private long elapsed;
    private Instant wallAtOrigin = Instant.parse("2026-01-01T00:00:00Z");

    public SimulatedTime(long origin) {
        this.origin = origin;
    }

    /** Nanoseconds since the beginning. */
    public long elapsed() {
        return elapsed;
    }

    /** What has elapsed when the monotonic clock shows this. */
    public long elapsedAt(long nanos) {
        return nanos - origin;
    }

    public void advanceTo(long newElapsed) {
        elapsed = Math.max(elapsed, newElapsed);
    }

    public void setWallClock(Duration by) {
        wallAtOrigin = wallAtOrigin.plus(by);
    }

    @Override
    public Moment now() {
        return new Moment(origin + elapsed, wallAtOrigin.plusNanos(elapsed));
    }
}
