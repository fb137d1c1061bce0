package dev.alwayson.core.balance;

/**
 * The largest share of all servers, looked for once for each snapshot. Confined to its balancer.
 */
final class LargestShare {

    private int largest;
    private int size;

    /** 0 if there are no servers. */
    int of(Candidates candidates) {
        if (largest == 0 || size != candidates.size()) {
            size = candidates.size();
            largest = 0;
            for (int i = 0; i < size; i++) {
                largest = Math.max(largest, candidates.share(i));
            }
        }
        return largest;
    }

    /** The shares may have changed. */
    void forget() {
        largest = 0;
    }
}
