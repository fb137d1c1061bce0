package dev.alwayson.node.proxy.traffic;

/**
 * A histogram of durations that one thread adds to and any thread reads. The bounds are fixed, from
 * 1 ms to 30 s, and hold 0.2 s, the usual objective.
 */
final class Latencies {

    /** The upper bounds in seconds; durations above the last count as above all. */
    static final double[] BOUNDS = {
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.2,
        0.3,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        Double.POSITIVE_INFINITY
    };

    private static final long[] BOUNDS_NANOS = nanos();
    private static final int SUM = BOUNDS.length;

    private final Counts counts = new Counts(BOUNDS.length + 1);

    /** By the owner alone. */
    void add(long nanos) {
        int bucket = 0;
        while (nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts.add(bucket, 1);
        counts.add(SUM, nanos);
    }

    /** Adds what was counted, by bucket, to {@code buckets}. */
    void addTo(long[] buckets) {
        for (int i = 0; i < BOUNDS.length; i++) {
            buckets[i] += counts.get(i);
        }
    }

    long count() {
        long count = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            count += counts.get(i);
        }
        return count;
    }

    long sumNanos() {
        return counts.get(SUM);
    }

    private static long[] nanos() {
        long[] nanos = new long[BOUNDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(BOUNDS[i] * 1e9);
        }
        return nanos;
    }
}
