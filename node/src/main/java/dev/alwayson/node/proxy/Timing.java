package dev.alwayson.node.proxy;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the parts of an exchange began and ended, and by when they must: monotonic nanoseconds, some
 * read from the loop's coarse clock. Used anew for each exchange; confined to its event loop.
 */
final class Timing {

    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final long NEVER = Long.MAX_VALUE;

    long firstByteNanos;
    long headNanos;

    /** In queues, before all tries together. */
    long waitedNanos;

    long grantedNanos;
    long connectedNanos;
    long respondingNanos;
    long endNanos;
    long bytesRead;
    long bytesSent;
    int queueLength;

    private long responseNanos;
    private long attemptNanos;
    private @Nullable Waiting waiting;
    private long chosenNanos;
    private long requestProgressNanos;
    private long responseProgressNanos;
    private long attemptStartNanos;

    /** Before it no other server is asked, and none ever if it is {@link #NEVER}. */
    private long askOthersNanos;

    /**
     * @param firstByte when the request's first byte was read
     * @param head when its head was complete
     * @param headLength its octets
     */
    void begin(long firstByte, long head, int headLength) {
        firstByteNanos = firstByte;
        headNanos = head;
        grantedNanos = NEVER;
        connectedNanos = NEVER;
        respondingNanos = NEVER;
        waitedNanos = 0;
        waiting = null;
        bytesRead = headLength;
        bytesSent = 0;
        queueLength = 0;
        requestProgressNanos = head;
        responseNanos = 0;
        attemptNanos = 0;
        chosenNanos = head;
    }

    /** A backend was entered: its timeouts count from now on. */
    void chosen(BackendPlan plan) {
        responseNanos = plan.responseNanos();
        attemptNanos = plan.attemptNanos();
    }

    void queued(Waiting next, int length) {
        waitedUntil(next.sinceNanos()); // For another backend perhaps.
        waiting = next;
        queueLength = length;
    }

    /**
     * A server was chosen: for the first try without waiting as soon as the head was there.
     *
     * @param again whether a try has failed before: the time for all of them runs already
     */
    void attempt(boolean again) {
        boolean atOnce = grantedNanos == NEVER && waiting == null;
        grantedNanos = atOnce ? headNanos : System.nanoTime();
        waitedUntil(grantedNanos);
        attemptStartNanos = grantedNanos;
        connectedNanos = NEVER;
        if (!again) {
            chosenNanos = grantedNanos;
        }
    }

    /**
     * @param kept whether the connection was there already
     */
    void connected(boolean kept) {
        connectedNanos = kept ? grantedNanos : System.nanoTime();
        askOthersNanos = attemptStartNanos;
    }

    void requestProgress(long now) {
        requestProgressNanos = now;
    }

    void responding(long now) {
        respondingNanos = System.nanoTime();
        responseProgressNanos = now;
    }

    void responseProgress(long now) {
        responseProgressNanos = now;
    }

    void ended() {
        endNanos = System.nanoTime();
        if (waiting != null && grantedNanos == NEVER) {
            grantedNanos = endNanos; // It waited in vain, and until now.
        }
        waitedUntil(endNanos);
    }

    private void waitedUntil(long now) {
        Waiting until = waiting;
        if (until != null) {
            waiting = null;
            waitedNanos += now - until.sinceNanos();
        }
    }

    /** All tries together must answer by then; a request that is still coming moves it. */
    long responseDeadline() {
        return Math.max(chosenNanos, requestProgressNanos) + responseNanos;
    }

    boolean responseOver(long now) {
        return responseDeadline() - now <= 0;
    }

    /** The server must answer by then, or another one is asked, if one may be. */
    long attemptDeadline() {
        long due = Math.max(attemptStartNanos, requestProgressNanos) + attemptNanos;
        return Math.min(responseDeadline(), Math.max(due, askOthersNanos));
    }

    /** There was no budget for another try: there may be one soon. */
    void askOthersLater(long now) {
        askOthersNanos = now + ASK_AGAIN_NANOS;
    }

    /** There is to be no other try: the server has all the time that is left. */
    void askNobodyElse() {
        askOthersNanos = NEVER;
    }

    /** By when more of the request must come, once there is a server that takes it. */
    long clientDeadline(long idleNanos) {
        return Math.max(connectedNanos, requestProgressNanos) + idleNanos;
    }

    long responseNanos() {
        return responseNanos;
    }

    /** By when something of the response must move, if it may rest for this long. */
    long stallDeadline(long nanos) {
        return responseProgressNanos + nanos;
    }
}
