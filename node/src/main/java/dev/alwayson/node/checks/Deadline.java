package dev.alwayson.node.checks;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The moment by which a probe must have its answer, on the clock of {@link System#nanoTime}. */
record Deadline(long nanos) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /**
     * What is left, in milliseconds, rounded up: at least 1.
     *
     * @throws SocketTimeoutException if nothing is left
     */
    int remainingMillis() throws SocketTimeoutException {
        long left = nanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(left, NANOS_PER_MILLI));
    }
}
