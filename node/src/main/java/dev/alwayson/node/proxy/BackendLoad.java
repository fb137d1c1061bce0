package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a backend's servers work on, and what waits for them, over all event loops. One for each
 * name; outlives snapshots. Each loop keeps its own waiting requests in order, and tells here since
 * when its first waits: a place that becomes free goes to the loop whose first has waited longest.
 * Safe for use by any thread.
 */
final class BackendLoad {

    static final int NO_LOOP = -1;
    private static final long NOBODY = 0;

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    /** By loop: since when its first waits. */
    private final AtomicLongArray firstSince;

    BackendLoad(int loopCount) {
        firstSince = new AtomicLongArray(loopCount);
    }

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

    /** The first that waits on the loop does so since then. */
    void first(int loop, long sinceNanos) {
        firstSince.set(loop, sinceNanos | 1); // Never NOBODY.
    }

    void noneFirst(int loop) {
        firstSince.set(loop, NOBODY);
    }

    /**
     * The loop that a place goes to: no other one goes there before it tells again who is its
     * first.
     *
     * @return {@link #NO_LOOP} if none has told
     */
    int nextLoop() {
        while (true) {
            int next = NO_LOOP;
            long since = NOBODY;
            for (int loop = 0; loop < firstSince.length(); loop++) {
                long own = firstSince.get(loop);
                if (own != NOBODY && (since == NOBODY || own - since < 0)) {
                    next = loop;
                    since = own;
                }
            }
            if (next == NO_LOOP || firstSince.compareAndSet(next, since, NOBODY)) {
                return next;
            }
        }
    }
}
