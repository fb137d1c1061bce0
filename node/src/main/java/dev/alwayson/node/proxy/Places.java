package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts places that are taken, never more than a limit that may change. For any thread. */
final class Places {

    private final AtomicInteger taken = new AtomicInteger();

    /** Takes one, unless so many are taken already. */
    boolean take(int most) {
        return taken.getAndUpdate(count -> count < most ? count + 1 : count) < most;
    }

    void giveBack() {
        taken.getAndDecrement();
    }

    int taken() {
        return taken.get();
    }
}
