package dev.alwayson.core.balance;

/**
 * The server with the least work for its share: the smallest (load + 1) / share, the work it would
 * have with this request. Equal ones take turns.
 */
final class LeastConnections implements Balancer {

    private int last = NONE;

    @Override
    public int pick(Candidates candidates, long clientHash) {
        int size = candidates.size();
        int best = NONE;
        int index = last;
        for (int i = 0; i < size; i++) {
            index = index + 1 < size ? index + 1 : 0;
            if (candidates.eligible(index) && (best == NONE || lighter(candidates, index, best))) {
                best = index;
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
        int previous = last;
        last = NONE;
        for (int i = 0; i < origin.length && previous != NONE; i++) {
            if (origin[i] == previous) {
                last = i;
            }
        }
    }
}
