package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    private final Balancer roundRobin = Balance.ROUND_ROBIN.balancer(0);

    @Test
    void equalServersTakeTurns() {
        assertThat(sequence(Pool.equal(3), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void aHeavyServersTurnsAreSpreadOverTheCycle() {
        // The example of nginx's own commit message: a, a, b, a, c, a, a.
        assertThat(sequence(Pool.weighted(5, 1, 1), 7)).containsExactly(0, 0, 1, 0, 2, 0, 0);
    }

    @Test
    void everyCycleGivesEachServerExactlyItsWeight() {
        Pool pool = Pool.weighted(1, 2, 3, 10);
        for (int cycle = 0; cycle < 50; cycle++) {
            assertThat(pool.choices(roundRobin, 16)).containsExactly(1, 2, 3, 10);
        }
    }

    @Test
    void aServerAtATwentiethOfItsWeightGetsATwentieth() {
        Pool pool = Pool.equal(2);
        pool.shares[1] = 50;
        assertThat(pool.choices(roundRobin, 2100)).containsExactly(2000, 100);
    }

    @Test
    void aServerThatComesBackIsNotFlooded() {
        Pool pool = Pool.equal(3).without(2);
        pool.choices(roundRobin, 1000);
        pool.eligible[2] = true;
        assertThat(pool.choices(roundRobin, 30)).containsExactly(10, 10, 10);
    }

    @Test
    void whoIsNotEligibleIsNeverChosen() {
        assertThat(Pool.weighted(1, 100, 1).without(1).choices(roundRobin, 100))
                .containsExactly(50, 0, 50);
        assertThat(roundRobin.pick(Pool.equal(2).without(0, 1), 0)).isEqualTo(Balancer.NONE);
        assertThat(roundRobin.pick(Pool.equal(0), 0)).isEqualTo(Balancer.NONE);
    }

    @Test
    void theTurnGoesOnWhenServersMoveToOtherPlaces() {
        Pool before = Pool.weighted(5, 1, 1);
        assertThat(sequence(before, 4)).containsExactly(0, 0, 1, 0);
        roundRobin.reshape(new int[] {2, 0, 1});
        assertThat(sequence(Pool.weighted(1, 5, 1), 3)).containsExactly(0, 1, 1);
    }

    @Test
    void aNewServerIsTreatedAsTheOthersHoweverOftenServersChange() {
        for (int reload = 0; reload < 1000; reload++) {
            Pool pool = Pool.weighted(1, 7, 100);
            pool.choices(roundRobin, reload % 108);
            roundRobin.reshape(new int[] {1, Balancer.NONE, 0});
        }
        int[] count = Pool.weighted(1, 7, 100).choices(roundRobin, 108 * 10);
        assertThat(count[0]).isBetween(8, 12);
        assertThat(count[1]).isBetween(68, 72);
        assertThat(count[2]).isBetween(996, 1004);
    }

    @Test
    void aReloadThatDividesAllWeightsFloodsNobody() {
        sequence(Pool.weighted(256, 256, 200), 2);
        roundRobin.reshape(new int[] {0, 1, 2});
        Pool lighter = Pool.weighted(1, 1, 1);
        for (int cycle = 0; cycle < 10; cycle++) {
            for (int count : lighter.choices(roundRobin, 30)) {
                assertThat(count).as("cycle %d", cycle).isBetween(6, 18);
            }
        }
    }

    @Test
    void whoIsFullForAMomentKeepsItsShareOfTheOtherMoments() {
        Pool pool = Pool.weighted(10, 1, 1);
        int[] count = new int[3];
        for (int request = 0; request < 12_000; request++) {
            pool.eligible[0] = request % 3 > 0;
            count[roundRobin.pick(pool, 0)]++;
        }
        // Full for a third of the requests; of the others it has its ten twelfths, or more.
        assertThat(count[0]).isGreaterThan(6_600);
        assertThat(Math.abs(count[1] - count[2])).isLessThanOrEqualTo(2);
    }

    @Test
    void whoWasFullForLongHasOneTurnAtOnceAndThenItsShare() {
        Pool pool = Pool.weighted(1, 5, 2).without(1);
        pool.choices(roundRobin, 1000);
        pool.eligible[1] = true;
        for (int requests = 8; requests <= 80; requests += 8) {
            int[] count = pool.choices(roundRobin, 8);
            assertThat(count[1]).as("after %d requests", requests).isBetween(4, 6);
        }
    }

    @Test
    void ofManyServersThatAreFullNoneIsFloodedWhenTheyComeBack() {
        Pool pool = Pool.equal(100);
        pool.choices(roundRobin, 150);
        for (int i = 0; i < 99; i++) {
            pool.eligible[i] = false;
        }
        assertThat(pool.choices(roundRobin, 300)[99]).isEqualTo(300);
        for (int i = 0; i < 99; i++) {
            pool.eligible[i] = true;
        }
        for (int count : pool.choices(roundRobin, 1000)) {
            assertThat(count).isBetween(9, 11);
        }
    }

    @Test
    void aThousandServersOfAnyWeightsGetExactlyTheirsAndEvenlySpaced() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        Pool pool = Pool.equal(1000);
        int cycle = 0;
        for (int i = 0; i < pool.size(); i++) {
            pool.weights[i] = 1 + random.nextInt(256);
            pool.shares[i] = pool.weights[i] * 1000;
            cycle += pool.weights[i];
        }
        assertThat(pool.choices(roundRobin, cycle)).as("seed %d", seed).isEqualTo(pool.weights);
        int[] last = new int[pool.size()];
        int[] count = new int[pool.size()];
        for (int request = 1; request <= 2 * cycle; request++) {
            int chosen = roundRobin.pick(pool, 0);
            if (last[chosen] > 0) {
                double periods = (request - last[chosen]) * (double) pool.weights[chosen] / cycle;
                assertThat(periods).as("seed %d, server %d", seed, chosen).isBetween(0.4, 1.6);
            }
            last[chosen] = request;
            count[chosen]++;
        }
        for (int i = 0; i < pool.size(); i++) {
            assertThat(count[i]).isEqualTo(2 * pool.weights[i]);
        }
    }

    @Test
    void aServerWhoseShareGrowsWaitsNoLongerThanItsShareSays() {
        Pool pool = Pool.equal(4);
        pool.choices(roundRobin, 6);
        roundRobin.reshape(new int[] {0, 1, 2, 3});
        for (int i = 0; i < 3; i++) {
            pool.shares[i] = 100_000;
        }
        int[] count = pool.choices(roundRobin, 30);
        assertThat(count[3]).isLessThanOrEqualTo(1);
        for (int i = 0; i < 3; i++) {
            assertThat(count[i]).isBetween(9, 11);
        }
    }

    @Test
    void aChoiceAmongThousandsLooksAtOne() {
        Pool pool = Pool.equal(4000);
        pool.choices(roundRobin, 10_000);
        assertThat(pool.looks).isEqualTo(10_000);
    }

    @Test
    void whileHalfOfThemAreDownAChoiceLooksAtTwo() {
        Pool pool = Pool.equal(4000);
        for (int i = 0; i < 4000; i += 2) {
            pool.without(i);
        }
        pool.choices(roundRobin, 10_000);
        assertThat(pool.looks).isLessThanOrEqualTo(20_001);
    }

    @Test
    void loopsBeginFarFromEachOther() {
        Pool pool = Pool.equal(100);
        List<Integer> first = new ArrayList<>();
        for (int loop = 0; loop < 4; loop++) {
            first.add(Balance.ROUND_ROBIN.balancer(7 + loop).pick(pool, 0));
        }
        first.sort(null);
        for (int i = 0; i < 4; i++) {
            int distance = Math.floorMod(first.get((i + 1) % 4) - first.get(i), 100);
            assertThat(distance).as("%s", first).isBetween(10, 50);
        }
    }

    private List<Integer> sequence(Pool pool, int picks) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < picks; i++) {
            chosen.add(roundRobin.pick(pool, 0));
        }
        return chosen;
    }
}
