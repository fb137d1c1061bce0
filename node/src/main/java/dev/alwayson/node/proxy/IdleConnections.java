package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the idle connections to servers of the whole process. Safe for use by any thread. */
final class IdleConnections {

    private final int limit;
    private final AtomicInteger count = new AtomicInteger();

    IdleConnections(int limit) {
        this.limit = limit;
    }

    boolean enter() {
        if (count.incrementAndGet() <= limit) {
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
