package dev.alwayson.core.balance;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Weighted round robin, the earliest turn first (Demers, Keshav and Shenker 1989; Envoy's scheduler
 * is of this kind): in a time of its own each server has a turn every {@code PERIOD / share},
 * evenly spaced, and the server whose turn comes first is chosen. With equal shares that is a plain
 * rotation. A server that cannot have its turn when it comes waits for its next one, so that none
 * is flooded when it comes back. Where a share changes, the wait for the next turn does in
 * proportion.
 *
 * <p>The first turns of servers with equal shares are spread over their period, and those of
 * balancers with different seeds begin at different servers.
 *
 * <p>A choice takes steps in the order of log n, for each server that it passes over, too; when
 * many are, it looks at all.
 */
final class RoundRobin implements Balancer {

    /**
     * From one turn to the next of a server with a share of 1, in virtual time. What a division by
     * a share leaves is below a thousand-millionth.
     */
    private static final long PERIOD = 1L << 48;

    /** Above this, looking at all servers takes less than passing over one after the other. */
    private static final int MOST_PASSED_OVER = 8;

    /** Of the period: how much later all first turns are. */
    private final double phase;

    /** The servers as a heap: each before those at twice its place, and 1 or 2. */
    private int[] queue = {};

    /** When the next turn of each server comes: at most a period after {@link #now}. */
    private long[] turns = {};

    /** Of the last choice; 0 for a server that is new. */
    private int[] shares = {};

    /** The virtual time: of the last turn. It wraps around; differences stay right. */
    private long now;

    private boolean settled;

    RoundRobin(long seed) {
        phase = Hash.spread(seed);
    }

    @Override
    public int pick(Candidates candidates, long clientHash) {
        if (!settled || queue.length != candidates.size()) {
            settle(candidates);
        }
        for (int passed = 0; passed < MOST_PASSED_OVER && passed < queue.length; passed++) {
            int first = queue[0];
            endTurn(0);
            if (candidates.eligible(first)) {
                return first;
            }
        }
        return earliest(candidates);
    }

    private int earliest(Candidates candidates) {
        int place = NONE;
        for (int i = 0; i < queue.length; i++) {
            if ((place == NONE || before(queue[i], queue[place]))
                    && candidates.eligible(queue[i])) {
                place = i;
            }
        }
        if (place == NONE) {
            return NONE;
        }
        int chosen = queue[place];
        endTurn(place);
        return chosen;
    }

    /** Whose turn was passed over long ago has only one. */
    private void endTurn(int place) {
        int server = queue[place];
        if (turns[server] - now > 0) {
            now = turns[server];
        }
        turns[server] = now + period(shares[server]);
        sink(place);
    }

    private static long period(int share) {
        return PERIOD / share;
    }

    private void sink(int place) {
        int server = queue[place];
        int hole = place;
        for (int child = 2 * hole + 1; child < queue.length; child = 2 * hole + 1) {
            if (child + 1 < queue.length && before(queue[child + 1], queue[child])) {
                child++;
            }
            if (before(server, queue[child])) {
                break;
            }
            queue[hole] = queue[child];
            hole = child;
        }
        queue[hole] = server;
    }

    private boolean before(int a, int b) {
        long later = turns[a] - turns[b];
        return later < 0 || (later == 0 && a < b);
    }

    @Override
    public void reshape(int[] origin) {
        long[] carriedTurns = new long[origin.length];
        int[] carriedShares = new int[origin.length];
        for (int i = 0; i < origin.length; i++) {
            if (origin[i] != NONE && origin[i] < turns.length) {
                carriedTurns[i] = turns[origin[i]];
                carriedShares[i] = shares[origin[i]];
            }
        }
        turns = carriedTurns;
        shares = carriedShares;
        settled = false;
    }

    /** Takes over the shares as they are now, and orders the queue anew. */
    private void settle(Candidates candidates) {
        int size = candidates.size();
        turns = Arrays.copyOf(turns, size);
        shares = Arrays.copyOf(shares, size);
        join(candidates);
        for (int i = 0; i < size; i++) {
            int share = candidates.share(i);
            if (share != shares[i]) {
                turns[i] = now + Math.max(0, turns[i] - now) * shares[i] / share;
                shares[i] = share;
            }
        }
        queue = IntStream.range(0, size).toArray();
        for (int place = size / 2 - 1; place >= 0; place--) {
            sink(place);
        }
        settled = true;
    }

    /** Gives those that are new their first turns: of each share the first in order first. */
    private void join(Candidates candidates) {
        long[] joining =
                IntStream.range(0, candidates.size())
                        .filter(i -> shares[i] == 0)
                        .mapToLong(i -> (long) candidates.share(i) << 32 | i)
                        .sorted()
                        .toArray();
        int from = 0;
        for (int to = 1; to <= joining.length; to++) {
            if (to == joining.length || joining[to] >>> 32 != joining[from] >>> 32) {
                joinAlike(joining, from, to);
                from = to;
            }
        }
    }

    private void joinAlike(long[] joining, int from, int to) {
        for (int i = from; i < to; i++) {
            int server = (int) joining[i];
            int share = (int) (joining[i] >>> 32);
            double part = phase + (i - from + 1.0) / (to - from + 1);
            turns[server] = now + (long) ((part - Math.floor(part)) * period(share));
            shares[server] = share;
        }
    }
}
