package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
    void whoIsFullForAMomentLosesNoTurn() {
        Pool pool = Pool.weighted(10, 1, 1);
        int[] count = new int[3];
        for (int request = 0; request < 12_000; request++) {
            pool.eligible[0] = request % 3 > 0;
            count[roundRobin.pick(pool, 0)]++;
        }
        // Full for a third of the requests; of the others it has its ten twelfths.
        assertThat(count[0]).isBetween(6_600, 6_700);
        assertThat(Math.abs(count[1] - count[2])).isLessThanOrEqualTo(2);
    }

    private List<Integer> sequence(Pool pool, int picks) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < picks; i++) {
            chosen.add(roundRobin.pick(pool, 0));
        }
        return chosen;
    }
}
