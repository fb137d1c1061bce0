package dev.alwayson.node.shortage;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Lets a sentence be said once in a while, and counts how often it was not. For any thread. */
public final class SeldomSaid {

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
     * @return nothing if it is too early; else what is to stand at its end, so that it says how
     *     often it was not said since it was said last, if ever
     */
    public Optional<String> say(long nowNanos) {
        long at = due.get();
        if (nowNanos - at < 0 || !due.compareAndSet(at, nowNanos + pauseNanos)) {
            unsaid.getAndIncrement();
            return Optional.empty();
        }
        long more = unsaid.getAndSet(0);
        return Optional.of(more == 0 ? "" : "; " + more + " more since the last of these lines");
    }
}
