package dev.alwayson.core.balance;

/**
 * The server with the least work for its share: the smallest (load + 1) / share, the work it would
 * have with this request. Equal ones take turns, which begin at different servers for different
 * seeds. It looks at all servers, but ends with one that has no work and the largest share: none
 * has less.
 */
final class LeastConnections implements Balancer {

    private final double phase;
    private final LargestShare largestShare = new LargestShare();
    private int last = NONE;

    LeastConnections(long seed) {
        phase = Hash.spread(seed);
    }

    @Override
    public int pick(Candidates candidates, long clientHash) {
        int size = candidates.size();
        int largest = largestShare.of(candidates);
        int best = NONE;
        int index = last == NONE ? (int) (phase * size) - 1 : last;
        for (int i = 0; i < size; i++) {
            index = index + 1 < size ? index + 1 : 0;
            if (candidates.eligible(index) && (best == NONE || lighter(candidates, index, best))) {
                best = index;
                if (candidates.load(index) == 0 && candidates.share(index) == largest) {
                    break;
                }
            }
        }
        if (best != NONE) {
            last = best;
        }
        return best;
    }

    /** Whether one more request would make {@code a} less loaded for its share than {@code b}. */
    static boolean lighter(Candidates candidates, int a, int b) {
        return (candidates.load(a) + 1L) * candidates.share(b)
                < (candidates.load(b) + 1L) * candidates.share(a);
    }

    @Override
    public void reshape(int[] origin) {
        largestShare.forget();
        int previous = last;
        last = NONE;
        for (int i = 0; i < origin.length && previous != NONE; i++) {
            if (origin[i] == previous) {
                last = i;
            }
        }
    }
}
