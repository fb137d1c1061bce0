package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the idle connections to servers of the whole process. Safe for use by any thread. */
final class IdleConnections {

    private static final int LIMIT = 8192;

    private final AtomicInteger count = new AtomicInteger();

    boolean enter() {
        if (count.incrementAndGet() <= LIMIT) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    void leave() {
        count.decrementAndGet();
    }

    int count() {
        return count.get();
    }
}
