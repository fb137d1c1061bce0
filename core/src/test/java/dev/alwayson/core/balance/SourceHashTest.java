package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SourceHashTest {

    private static final int CLIENTS = 100_000;

    private final Balancer sourceHash = Balance.SOURCE_HASH.balancer(0);

    @Test
    void aClientGetsTheSameServerFromEveryNode() {
        Balancer otherNode = Balance.SOURCE_HASH.balancer(1);
        Pool pool = Pool.weighted(1, 2, 3);
        for (int client = 0; client < 1000; client++) {
            assertThat(sourceHash.pick(pool, client)).isEqualTo(otherNode.pick(pool, client));
        }
    }

    @Test
    void clientsAreSharedByWeight() {
        for (Pool pool : new Pool[] {Pool.equal(5), Pool.weighted(1, 2, 3, 10, 4)}) {
            int weights = 0;
            for (int weight : pool.weights) {
                weights += weight;
            }
            int[] count = pool.choices(sourceHash, CLIENTS);
            for (int i = 0; i < count.length; i++) {
                assertThat((double) count[i])
                        .as("server %d of %s", i, pool.weights)
                        .isCloseTo(
                                (double) CLIENTS * pool.weights[i] / weights,
                                Percentage.withPercentage(4));
            }
        }
    }

    @Test
    void whenAServerLeavesOnlyItsClientsMoveAndSpreadOverTheOthers() {
        for (int[] weights : new int[][] {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 2, 3, 4, 5, 5}}) {
            Pool all = Pool.weighted(weights);
            for (int gone = 0; gone < weights.length; gone++) {
                Pool rest = Pool.weighted(weights).without(gone);
                int[] taken = new int[weights.length];
                for (int client = 0; client < 10_000; client++) {
                    int before = sourceHash.pick(all, client);
                    int after = sourceHash.pick(rest, client);
                    if (before == gone) {
                        taken[after]++;
                    } else {
                        assertThat(after).isEqualTo(before);
                    }
                }
                int moved = 0;
                int sum = 0;
                for (int i = 0; i < weights.length; i++) {
                    moved += taken[i];
                    sum += weights[i];
                    assertThat(taken[i] > 0).isEqualTo(i != gone);
                }
                assertThat(moved / 10_000.0)
                        .isCloseTo((double) weights[gone] / sum, Percentage.withPercentage(15));
            }
        }
    }

    @Test
    void theScoreRisesWithTheHashFromOneEndToTheOther() {
        long[] hashes = {0, 1L << 12, Long.MAX_VALUE, -1L - (1L << 12), -1};
        for (int i = 1; i < hashes.length; i++) {
            assertThat(SourceHash.score(hashes[i], 3))
                    .as("hash %x", hashes[i])
                    .isGreaterThan(SourceHash.score(hashes[i - 1], 3));
        }
        assertThat(SourceHash.score(-1, 2)).isLessThan(SourceHash.score(-1, 3)).isPositive();
    }

    @Test
    void slowStartMovesNoClient() {
        Pool starting = Pool.equal(4);
        starting.shares[2] = 50;
        for (int client = 0; client < 1000; client++) {
            assertThat(sourceHash.pick(starting, client))
                    .isEqualTo(sourceHash.pick(Pool.equal(4), client));
        }
    }

    @Test
    void aBrowsersSixConnectionsStayTogether() {
        Pool pool = Pool.equal(10);
        int home = sourceHash.pick(pool, 42);
        for (int connection = 0; connection < 6; connection++) {
            assertThat(sourceHash.pick(pool, 42)).isEqualTo(home);
            pool.loads[home]++;
        }
    }

    @Test
    void oneClientsFloodIsSpreadSoThatNoServerExceedsItsBound() {
        for (int[] weights : new int[][] {{1, 1, 1, 1}, {1, 2, 5}}) {
            Pool pool = Pool.weighted(weights);
            int sum = 0;
            for (int weight : weights) {
                sum += weight;
            }
            for (int total = 1; total <= 2000; total++) {
                int chosen = sourceHash.pick(pool, 42);
                pool.loads[chosen]++;
                assertThat(pool.loads[chosen])
                        .isLessThanOrEqualTo(
                                Math.max(8, (int) Math.ceil(1.25 * total * weights[chosen] / sum)));
            }
        }
    }

    @Test
    void theBoundHoldsWhileWorkComesAndGoes() {
        long seed = 4711;
        Random random = new Random(seed);
        Pool pool = Pool.equal(7);
        int total = 0;
        for (int i = 0; i < 20_000; i++) {
            int leaving = random.nextInt(7);
            if (total > 300 && pool.loads[leaving] > 0) {
                pool.loads[leaving]--;
                total--;
            } else {
                int chosen = sourceHash.pick(pool, random.nextInt(20));
                pool.loads[chosen]++;
                total++;
                assertThat(pool.loads[chosen])
                        .as("seed %d, step %d", seed, i)
                        .isLessThanOrEqualTo(Math.max(8, (int) Math.ceil(1.25 * total / 7)));
            }
        }
    }

    @Test
    void onlyEligibleServersCount() {
        Pool pool = Pool.weighted(1, 2, 3).without(0, 2);
        pool.loads[1] = 1_000_000;
        for (int client = 0; client < 100; client++) {
            assertThat(sourceHash.pick(pool, client)).isEqualTo(1);
        }
        assertThat(sourceHash.pick(pool.without(1), 0)).isEqualTo(Balancer.NONE);
        assertThat(sourceHash.pick(Pool.equal(0), 0)).isEqualTo(Balancer.NONE);
    }

    @Test
    void thePlaceOfAServerInTheFileDoesNotMatter() {
        Pool pool = Pool.equal(4);
        Candidates reversed = new Reversed(pool);
        for (int client = 0; client < 1000; client++) {
            assertThat(3 - sourceHash.pick(reversed, client))
                    .isEqualTo(sourceHash.pick(pool, client));
        }
    }

    private record Reversed(Pool pool) implements Candidates {

        @Override
        public int size() {
            return pool.size();
        }

        @Override
        public boolean eligible(int index) {
            return pool.eligible(size() - 1 - index);
        }

        @Override
        public int share(int index) {
            return pool.share(size() - 1 - index);
        }

        @Override
        public int weight(int index) {
            return pool.weight(size() - 1 - index);
        }

        @Override
        public int load(int index) {
            return pool.load(size() - 1 - index);
        }

        @Override
        public long nameHash(int index) {
            return pool.nameHash(size() - 1 - index);
        }
    }
}
