package dev.alwayson.core.balance;

/**
 * The less loaded, for its share, of two servers drawn by share (the power of two choices,
 * Mitzenmacher 2001): close to least connections, without all event loops and nodes running to the
 * same idle server at once.
 */
final class RandomTwo implements Balancer {

    private long seed;

    RandomTwo(long seed) {
        this.seed = Hash.of(seed);
    }

    @Override
    public int pick(Candidates candidates, long clientHash) {
        long shares = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.eligible(i)) {
                shares += candidates.share(i);
            }
        }
        if (shares == 0) {
            return NONE;
        }
        int first = draw(candidates, shares, NONE);
        if (first == NONE || shares <= candidates.share(first)) {
            return first;
        }
        int second = draw(candidates, shares - candidates.share(first), first);
        if (second == NONE) {
            return first;
        }
        return LeastConnections.lighter(candidates, second, first) ? second : first;
    }

    /**
     * One of the eligible, by share, but not {@code except}; {@code shares} is their sum. None if
     * the last of them was filled by another event loop since they were counted.
     */
    private int draw(Candidates candidates, long shares, int except) {
        long rest = Math.unsignedMultiplyHigh(random(), shares);
        int drawn = NONE;
        for (int i = 0; i < candidates.size() && rest >= 0; i++) {
            if (i != except && candidates.eligible(i)) {
                drawn = i;
                rest -= candidates.share(i);
            }
        }
        return drawn;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014). */
    private long random() {
        seed += Hash.GOLDEN_RATIO;
        return Hash.of(seed);
    }
}
