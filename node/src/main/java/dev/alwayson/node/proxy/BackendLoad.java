package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a backend's servers work on, and how many requests wait for them, over all event loops. One
 * for each name; outlives snapshots. Each loop keeps its own waiting requests in order; a server's
 * place that becomes free on one loop wakes the others only while somebody waits. Safe for use by
 * any thread.
 */
final class BackendLoad {

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    int active() {
        return active.get();
    }

    void began() {
        active.getAndIncrement();
    }

    void ended() {
        active.getAndDecrement();
    }

    /** Whether nothing runs and nobody waits. */
    boolean atRest() {
        return active.get() == 0 && waiting.get() == 0;
    }

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
