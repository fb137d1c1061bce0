package dev.alwayson.core.balance;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * A leaky bucket for each of many clients, as a meter: says whether a request comes too early. The
 * generic cell rate algorithm in its form of virtual scheduling (ITU-T I.371 annex A): of each
 * client only the theoretical arrival time of the next request at the full rate is kept.
 *
 * <p>The memory is fixed: 16 bytes for each place, made once. A client has its place among the
 * {@value #NEIGHBOURS} that follow its hash (open addressing); one whose bucket is empty again
 * gives its place to whoever wants it. Where all of them are taken, a request is not metered, but
 * let through and counted: a limit that is there to protect must not turn away strangers.
 *
 * <p>Lock-free, for any thread; makes no object. When two clients take the same place at the same
 * moment, one may be charged for a request of the other.
 */
public final class LeakyBuckets {

    static final int NEIGHBOURS = 16;

    /** Of others that take a place at the same moment. */
    private static final int COLLISIONS = 4;

    private static final long NOBODY = 0;

    private final int mask;
    private final AtomicLongArray clients;
    private final AtomicLongArray arrivals;
    private final LongAdder unmetered = new LongAdder();

    /**
     * @param places a power of two, from {@value #NEIGHBOURS}
     * @param nowNanos {@code System.nanoTime} or another clock that counts on and may wrap
     */
    public LeakyBuckets(int places, long nowNanos) {
        if (Integer.bitCount(places) != 1 || places < NEIGHBOURS) {
            throw new IllegalArgumentException(
                    places + " places: must be a power of two, from " + NEIGHBOURS);
        }
        mask = places - 1;
        clients = new AtomicLongArray(places);
        arrivals = new AtomicLongArray(places);
        for (int i = 0; i < places; i++) {
            arrivals.setPlain(i, nowNanos);
        }
    }

    /**
     * Takes a request into its client's bucket, if there is room.
     *
     * @param client a hash of 64 well spread bits
     * @param intervalNanos from one request to the next at the full rate, from 1
     * @param toleranceNanos how much earlier one may come, from 0
     * @return 0 if it may go on, else how many nanoseconds too early it is
     */
    public long take(long client, long intervalNanos, long toleranceNanos, long nowNanos) {
        long wanted = client == NOBODY ? 1 : client;
        for (int i = 0; i < COLLISIONS; i++) {
            int place = place(wanted, nowNanos);
            if (place < 0) {
                break;
            }
            long holder = clients.get(place);
            if (holder == wanted || clients.compareAndSet(place, holder, wanted)) {
                return fill(place, intervalNanos, toleranceNanos, nowNanos);
            }
        }
        unmetered.increment();
        return 0;
    }

    /** Where the client is, else the first place that it may take, else -1. */
    private int place(long client, long nowNanos) {
        int free = -1;
        for (int i = 0; i < NEIGHBOURS; i++) {
            int place = (int) (client + i) & mask;
            long holder = clients.get(place);
            if (holder == client) {
                return place;
            }
            if (free < 0 && (holder == NOBODY || arrivals.get(place) - nowNanos <= 0)) {
                free = place;
            }
        }
        return free;
    }

    /** An arrival further ahead than a full bucket's is of a slower rate, from before a reload. */
    private long fill(int place, long intervalNanos, long toleranceNanos, long nowNanos) {
        while (true) {
            long before = arrivals.get(place);
            long ahead = Math.clamp(before - nowNanos, 0, toleranceNanos + intervalNanos);
            if (ahead > toleranceNanos) {
                return ahead - toleranceNanos;
            }
            if (arrivals.compareAndSet(place, before, nowNanos + ahead + intervalNanos)) {
                return 0;
            }
        }
    }

    /** Requests that were let through because there was no place for their client. */
    public long unmetered() {
        return unmetered.sum();
    }
}
