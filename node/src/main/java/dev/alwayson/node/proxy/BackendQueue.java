package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests wait for a server of a backend, over all event loops. One for each name;
 * outlives snapshots. Each loop keeps its own waiting requests in order; a server's place that
 * becomes free on one loop wakes the others only while somebody waits. Safe for use by any thread.
 */
final class BackendQueue {

    private final AtomicInteger waiting = new AtomicInteger();

    int waiting() {
        return waiting.get();
    }

    boolean enter(int limit) {
        for (int now = waiting.get(); now < limit; now = waiting.get()) {
            if (waiting.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void leave() {
        waiting.getAndDecrement();
    }
}
