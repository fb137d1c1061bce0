package dev.alwayson.core.time;

/**
 * Hybrid logical time (Kulkarni et al., 2014): the wall clock where it advances, a counter where it
 * does not, so that times taken one after the other always increase, also over a clock set back.
 *
 * @param millis milliseconds since 1970-01-01T00:00Z
 * @param counter orders what happened within the same millisecond, from 0
 */
public record HybridTime(long millis, int counter) implements Comparable<HybridTime> {

    public static final HybridTime ZERO = new HybridTime(0, 0);

    /** The next time after this one, given what the wall clock says. */
    public HybridTime next(long wallMillis) {
        return wallMillis > millis
                ? new HybridTime(wallMillis, 0)
                : new HybridTime(millis, counter + 1);
    }

    @Override
    public int compareTo(HybridTime other) {
        return millis != other.millis
                ? Long.compare(millis, other.millis)
                : Integer.compare(counter, other.counter);
    }

    /** For example {@code 1790000000000.3}. */
    @Override
    public String toString() {
        return millis + "." + counter;
    }
}
