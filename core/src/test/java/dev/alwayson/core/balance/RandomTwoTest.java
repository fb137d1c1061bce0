package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RandomTwoTest {

    private static final int PICKS = 100_000;

    private final Balancer randomTwo = Balance.RANDOM_TWO.balancer(4711);

    @Test
    void idleEqualServersAreChosenEquallyOften() {
        for (int count : Pool.equal(5).choices(randomTwo, PICKS)) {
            assertThat(count / (double) PICKS).isCloseTo(0.2, Offset.offset(0.01));
        }
    }

    @Test
    void ofTwoServersTheLessLoadedIsAlwaysChosen() {
        Pool pool = Pool.equal(2);
        pool.loads[0] = 3;
        assertThat(pool.choices(randomTwo, 1000)).containsExactly(0, 1000);
    }

    @Test
    void theMostLoadedOfManyIsNeverChosen() {
        Pool pool = Pool.equal(5);
        pool.loads[3] = 10;
        int[] count = pool.choices(randomTwo, PICKS);
        assertThat(count[3]).isZero();
        assertThat(count[0] / (double) PICKS).isCloseTo(0.25, Offset.offset(0.01));
    }

    @Test
    void workInProgressIsSharedByWeight() {
        Pool pool = Pool.weighted(1, 2, 5);
        for (int request = 0; request < 8000; request++) {
            pool.loads[randomTwo.pick(pool, 0)]++;
        }
        assertThat(pool.loads[0]).isBetween(950, 1050);
        assertThat(pool.loads[1]).isBetween(1900, 2100);
        assertThat(pool.loads[2]).isBetween(4850, 5150);
    }

    @Test
    void aHeavyServerIsDrawnMoreOften() {
        // Equal work for the share: what is drawn first wins. Of three with 1, 1, 8 the heavy one
        // comes first 8 times of 10.
        Pool pool = Pool.weighted(1, 1, 8);
        pool.loads[0] = 0;
        pool.loads[1] = 0;
        pool.loads[2] = 7;
        int[] count = pool.choices(randomTwo, PICKS);
        assertThat(count[2] / (double) PICKS).isCloseTo(0.8, Offset.offset(0.01));
    }

    @Test
    void oneEligibleServerGetsEverythingAndNoneNothing() {
        assertThat(Pool.equal(3).without(0, 2).choices(randomTwo, 100)).containsExactly(0, 100, 0);
        assertThat(randomTwo.pick(Pool.equal(3).without(0, 1, 2), 0)).isEqualTo(Balancer.NONE);
        assertThat(randomTwo.pick(Pool.equal(0), 0)).isEqualTo(Balancer.NONE);
    }

    @Test
    void neighbouringSeedsDrawDifferently() {
        Balancer neighbour = Balance.RANDOM_TWO.balancer(4712);
        Pool pool = Pool.equal(10);
        int same = 0;
        for (int i = 0; i < 10_000; i++) {
            same += randomTwo.pick(pool, 0) == neighbour.pick(pool, 0) ? 1 : 0;
        }
        assertThat(same).isBetween(800, 1200);
    }

    @Test
    void aChoiceAmongThousandsLooksAtAFew() {
        Pool pool = Pool.equal(4000);
        pool.choices(randomTwo, 1000);
        assertThat(pool.looks).isBetween(2000, 2010);
    }

    @Test
    void manyThatAreNotEligibleDoNotChangeTheOdds() {
        Pool pool = Pool.equal(1000);
        for (int i = 0; i < 1000; i++) {
            pool.eligible[i] = i % 200 == 0;
        }
        pool.shares[200] = 2000;
        int[] count = pool.choices(randomTwo, PICKS);
        // Drawn first by 2 of 6, or second by 2 of 5 that remain, and then the lighter.
        assertThat(count[200] / (double) PICKS).isCloseTo(0.6, Offset.offset(0.01));
        for (int i : new int[] {0, 400, 600, 800}) {
            assertThat(count[i] / (double) PICKS).isCloseTo(0.1, Offset.offset(0.01));
        }
    }
}
