package dev.alwayson.core.balance;

/**
 * The less loaded, for its share, of two servers drawn by share (the power of two choices,
 * Mitzenmacher 2001): close to least connections, without all event loops and nodes running to the
 * same idle server at once.
 *
 * <p>A draw takes any server, and throws it back if it is not eligible, or by the part that its
 * share is smaller than the largest (von Neumann 1951). Only after {@value #MOST_DRAWS} in vain it
 * looks at all servers, by the same odds.
 */
final class RandomTwo implements Balancer {

    private static final int MOST_DRAWS = 16;

    private final LargestShare largestShare = new LargestShare();
    private long seed;

    RandomTwo(long seed) {
        this.seed = Hash.of(seed);
    }

    @Override
    public int pick(Candidates candidates, long clientHash) {
        int first = draw(candidates, NONE);
        if (first == NONE) {
            return NONE;
        }
        int second = draw(candidates, first);
        if (second == NONE) {
            return first;
        }
        return LeastConnections.lighter(candidates, second, first) ? second : first;
    }

    /** One of the eligible, by share, but not {@code except}. */
    private int draw(Candidates candidates, int except) {
        int size = candidates.size();
        int largest = largestShare.of(candidates);
        for (int i = 0; i < MOST_DRAWS && size > 0; i++) {
            int drawn = (int) below(size);
            if (drawn != except
                    && candidates.eligible(drawn)
                    && below(largest) < candidates.share(drawn)) {
                return drawn;
            }
        }
        return drawOfAll(candidates, except);
    }

    private int drawOfAll(Candidates candidates, int except) {
        long shares = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (i != except && candidates.eligible(i)) {
                shares += candidates.share(i);
            }
        }
        // The last of them may have been filled by another event loop since they were counted.
        long rest = below(shares);
        int drawn = NONE;
        for (int i = 0; i < candidates.size() && rest >= 0; i++) {
            if (i != except && candidates.eligible(i)) {
                drawn = i;
                rest -= candidates.share(i);
            }
        }
        return drawn;
    }

    @Override
    public void reshape(int[] origin) {
        largestShare.forget();
    }

    private long below(long bound) {
        return Math.unsignedMultiplyHigh(random(), bound);
    }

    /** SplitMix64 (Steele, Lea, Flood 2014). */
    private long random() {
        seed += Hash.GOLDEN_RATIO;
        return Hash.of(seed);
    }
}
