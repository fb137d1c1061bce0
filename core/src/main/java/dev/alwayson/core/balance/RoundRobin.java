package dev.alwayson.core.balance;

import java.util.Arrays;

/**
 * Smooth weighted round robin: each server gets its share, and a heavy server's turns are spread
 * over the cycle instead of following each other. nginx's algorithm ({@code
 * ngx_http_upstream_round_robin.c}): with every choice each eligible server's credit grows by its
 * share; the one with the most credit is chosen and pays what all were given. A server that is not
 * eligible gathers no credit, so that none is flooded when it comes back. Credit and debt end at
 * two cycles of the servers' shares, which they hardly reach while these stay: what was gathered
 * before a reload made the shares much smaller would flood one server, and starve another, for
 * long.
 */
final class RoundRobin implements Balancer {

    private long[] credits = {};

    /** Two cycles, by the shares at the last choice. */
    private long most;

    @Override
    public int pick(Candidates candidates, long clientHash) {
        int size = candidates.size();
        if (credits.length < size) {
            credits = Arrays.copyOf(credits, size);
        }
        int best = NONE;
        long given = 0;
        long cycle = 0;
        for (int i = 0; i < size; i++) {
            int share = candidates.share(i);
            cycle += share;
            if (candidates.eligible(i)) {
                given += share;
                credits[i] = Math.clamp(credits[i], -most, most) + share;
                if (best == NONE || credits[i] > credits[best]) {
                    best = i;
                }
            }
        }
        if (best != NONE) {
            credits[best] -= given;
        }
        most = 2 * cycle;
        return best;
    }

    @Override
    public void reshape(int[] origin) {
        long[] carried = new long[origin.length];
        long sum = 0;
        int known = 0;
        for (int i = 0; i < origin.length; i++) {
            if (origin[i] != NONE && origin[i] < credits.length) {
                carried[i] = credits[origin[i]];
                sum += carried[i];
                known++;
            }
        }
        // Credits add up to 0. A server that left took its own along: without this, what is missing
        // would stay for ever and grow, and newcomers, who begin at 0, would wait or be flooded.
        for (int i = 0; i < origin.length; i++) {
            if (origin[i] != NONE && origin[i] < credits.length) {
                carried[i] -= sum / known;
            }
        }
        credits = carried;
    }
}
