package dev.alwayson.core.balance;

import java.util.Arrays;

/** Servers web0, web1, … of the tests, with loads that the test sets. */
final class Pool implements Candidates {

    final int[] weights;
    final int[] shares;
    final int[] loads;
    final boolean[] eligible;
    private final long[] names;

    /** How often a server was asked whether it is eligible. */
    int looks;

    private Pool(int[] weights) {
        this.weights = weights;
        shares = Arrays.stream(weights).map(weight -> weight * 1000).toArray();
        loads = new int[weights.length];
        eligible = new boolean[weights.length];
        Arrays.fill(eligible, true);
        names = new long[weights.length];
        Arrays.setAll(names, i -> Hash.of("web" + i));
    }

    static Pool weighted(int... weights) {
        return new Pool(weights);
    }

    static Pool equal(int size) {
        int[] weights = new int[size];
        Arrays.fill(weights, 1);
        return new Pool(weights);
    }

    Pool without(int... indices) {
        for (int index : indices) {
            eligible[index] = false;
        }
        return this;
    }

    /** How often each server is chosen by clients 0, 1, 2, … */
    int[] choices(Balancer balancer, int picks) {
        int[] count = new int[weights.length];
        for (int client = 0; client < picks; client++) {
            count[balancer.pick(this, Hash.of(client))]++;
        }
        return count;
    }

    @Override
    public int size() {
        return weights.length;
    }

    @Override
    public boolean eligible(int index) {
        looks++;
        return eligible[index];
    }

    @Override
    public int share(int index) {
        return shares[index];
    }

    @Override
    public int weight(int index) {
        return weights[index];
    }

    @Override
    public int load(int index) {
        return loads[index];
    }

    @Override
    public long nameHash(int index) {
        return names[index];
    }
}
