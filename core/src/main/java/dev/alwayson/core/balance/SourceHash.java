package dev.alwayson.core.balance;

/**
 * The same client to the same server, on every node: rendezvous hashing (Thaler and Ravishankar
 * 1998). Each server has a score for the client and the highest wins; with different weights the
 * score is weight / −ln(hash), which gives each its share. When a server leaves, its clients spread
 * over the others, and no other client moves; when it is back, so are they.
 *
 * <p>With bounded load (Mirrokni, Thorup, Zadimoghaddam 2016): a server that would have more than
 * {@value #BOUND_QUARTERS} quarters of its share of the requests in progress is passed over for the
 * client's next best. One with fewer than {@value #UNBOUNDED} is never passed over: shares of a few
 * requests mean nothing, and a browser's six connections belong together.
 *
 * <p>Counts the weights of the configuration. Slow start does not apply: it would send a client to
 * different servers from different nodes while it lasts.
 */
final class SourceHash implements Balancer {

    /** A server may have 5/4 of its share of the work. */
    private static final int BOUND_QUARTERS = 5;

    private static final int UNBOUNDED = 8;

    private static final double TWO_TO_MINUS_52 = 0x1p-52;

    @Override
    public int pick(Candidates candidates, long clientHash) {
        long work = 1;
        long weights = 0;
        int anyWeight = 0;
        boolean equalWeights = true;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.eligible(i)) {
                int weight = candidates.weight(i);
                equalWeights &= anyWeight == 0 || weight == anyWeight;
                anyWeight = weight;
                weights += weight;
                work += candidates.load(i);
            }
        }
        if (weights == 0) {
            return NONE;
        }
        int best = highest(candidates, clientHash, equalWeights, work, weights);
        // Other event loops add work while this one looks: then all may seem to be above their
        // bound, and the client's first choice is right.
        return best != NONE
                ? best
                : highest(candidates, clientHash, equalWeights, Integer.MAX_VALUE, weights);
    }

    private static int highest(
            Candidates candidates, long clientHash, boolean equalWeights, long work, long weights) {
        int best = NONE;
        long bestScore = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.eligible(i) && bounded(candidates, i, work, weights)) {
                long hash = Hash.of(clientHash, candidates.nameHash(i));
                long score = equalWeights ? hash >>> 1 : score(hash, candidates.weight(i));
                if (best == NONE || score > bestScore) {
                    best = i;
                    bestScore = score;
                }
            }
        }
        return best;
    }

    /**
     * In the order of weight / −ln(hash). The bits of positive doubles are in the order of their
     * values; with equal weights the order is that of the hashes, and needs no logarithm.
     */
    static long score(long hash, int weight) {
        return Double.doubleToRawLongBits(weight / -Math.log(betweenZeroAndOne(hash)));
    }

    /**
     * Whether the server stays within its bound with one more request. True for at least one of the
     * eligible: if all were above, their loads would add up to more than there is.
     */
    private static boolean bounded(Candidates candidates, int index, long work, long weights) {
        long load = candidates.load(index) + 1L;
        return load <= UNBOUNDED
                || load
                        <= Math.ceilDiv(
                                BOUND_QUARTERS * work * candidates.weight(index), 4 * weights);
    }

    /** Of 52 bits and a half: with one more, the largest would be rounded to 1. */
    private static double betweenZeroAndOne(long hash) {
        return ((hash >>> 12) + 0.5) * TWO_TO_MINUS_52;
    }
}
