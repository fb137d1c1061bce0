package dev.alwayson.core.balance;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what happened in the last {@value #SECONDS} seconds, the current one included: a slot for
 * each second. Lock-free, for any thread. Times are {@code Moment.nanos}; one that is older than
 * the window is not counted.
 */
final class SlidingCount {

    static final int SECONDS = 10;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** In each slot the second's number in the upper, its count in the lower 32 bits. */
    private final AtomicLongArray slots = new AtomicLongArray(SECONDS);

    void add(int amount, long nanos) {
        int second = second(nanos);
        int slot = Math.floorMod(second, SECONDS);
        while (true) {
            long before = slots.get(slot);
            int age = second - secondOf(before);
            if (age < 0 && countOf(before) > 0) {
                return;
            }
            int count = Math.max(0, (age == 0 ? countOf(before) : 0) + amount);
            long after = (long) second << 32 | count;
            if (slots.compareAndSet(slot, before, after)) {
                return;
            }
        }
    }

    long sum(long nanos) {
        int second = second(nanos);
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            long slot = slots.get(i);
            if (second - secondOf(slot) < SECONDS) {
                sum += countOf(slot);
            }
        }
        return sum;
    }

    /** Wraps after 136 years; differences stay right. */
    private static int second(long nanos) {
        return (int) Math.floorDiv(nanos, NANOS_PER_SECOND);
    }

    private static int secondOf(long slot) {
        return (int) (slot >> 32);
    }

    private static int countOf(long slot) {
        return (int) slot;
    }
}
