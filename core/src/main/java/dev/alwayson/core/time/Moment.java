package dev.alwayson.core.time;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks. Intervals are measured by {@code nanos}, which is monotonic, has an
 * arbitrary origin and may be negative; records of what happened carry {@code wall}.
 */
public record Moment(long nanos, Instant wall) {

    /** Nanoseconds from {@code earlier} to this moment; negative if {@code earlier} is later. */
    public long since(long earlierNanos) {
        return nanos - earlierNanos;
    }

    public Moment plus(Duration duration) {
        return new Moment(nanos + duration.toNanos(), wall.plus(duration));
    }
}
