package dev.alwayson.node.shortage;

import java.util.concurrent.atomic.AtomicLong;

/** Lets a sentence be said once in a while, and counts how often it was not. For any thread. */
public final class SeldomSaid {

    public static final long NOT_NOW = -1;

    private final long pauseNanos;
    private final AtomicLong due;
    private final AtomicLong unsaid = new AtomicLong();

    /**
     * @param nowNanos by the clock of {@link #say}: the first sentence is said at once
     */
    public SeldomSaid(long pauseNanos, long nowNanos) {
        this.pauseNanos = pauseNanos;
        this.due = new AtomicLong(nowNanos);
    }

    /**
     * Asks to say it.
     *
     * @return how often it was not said since it was said last; {@link #NOT_NOW} if it is too early
     */
    public long say(long nowNanos) {
        long at = due.get();
        if (nowNanos - at < 0 || !due.compareAndSet(at, nowNanos + pauseNanos)) {
            unsaid.getAndIncrement();
            return NOT_NOW;
        }
        return unsaid.getAndSet(0);
    }
}
