package dev.alwayson.node.proxy.traffic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters that one thread adds to and any thread reads: no lock, and no torn or lost value. A
 * reader may see one counter before another that was added to first.
 */
final class Counts {

    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values;

    Counts(int size) {
        values = new long[size];
    }

    /** By the owner alone. */
    void add(int index, long amount) {
        VALUES.setOpaque(values, index, values[index] + amount);
    }

    long get(int index) {
        return (long) VALUES.getOpaque(values, index);
    }

    int size() {
        return values.length;
    }
}
