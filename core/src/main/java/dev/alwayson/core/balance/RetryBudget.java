package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Percent;
import java.util.Arrays;

/**
 * Bounds the retries of one backend that load living servers twice: over the last {@value
 * SlidingCount#SECONDS} seconds at most a share of its requests, or {@value #RETRIES_PER_SECOND} a
 * second if that is more. So slow servers are not finished off by retries, and a quiet backend
 * still has some. After Finagle's {@code RetryBudget}. Belongs to the backend's name and outlives
 * snapshots.
 *
 * <p>Lock-free, for any thread; each event loop counts its requests for itself.
 */
public final class RetryBudget {

    private static final int RETRIES_PER_SECOND = 3;

    private final SlidingCount[] requests;
    private final SlidingCount retries = new SlidingCount();

    /**
     * @param loops how many event loops there are
     */
    public RetryBudget(int loops) {
        requests = new SlidingCount[loops];
        Arrays.setAll(requests, _ -> new SlidingCount());
    }

    /**
     * Counts a request; its retries are not requests.
     *
     * @param loop the number of the event loop, from 0
     */
    public void request(int loop, long nanos) {
        requests[loop].add(1, nanos);
    }

    /**
     * Takes one retry out of the budget, if it has one.
     *
     * @param share {@link Retries#budget}
     * @return whether the request may be tried again
     */
    public boolean take(Percent share, long nanos) {
        long seen = 0;
        for (SlidingCount ofOneLoop : requests) {
            seen += ofOneLoop.sum(nanos);
        }
        double allowed = Math.max(RETRIES_PER_SECOND * SlidingCount.SECONDS, share.ratio() * seen);
        // Taken first and given back if it was too many: two threads never share the last one.
        retries.add(1, nanos);
        if (retries.sum(nanos) <= allowed) {
            return true;
        }
        retries.add(-1, nanos);
        return false;
    }
}
