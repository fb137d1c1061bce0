package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeastConnectionsTest {

    private final Balancer least = Balance.LEAST_CONNECTIONS.balancer(0);

    @Test
    void theServerWithTheLeastWorkIsChosen() {
        Pool pool = Pool.equal(3);
        pool.loads[0] = 5;
        pool.loads[1] = 2;
        pool.loads[2] = 3;
        assertThat(least.pick(pool, 0)).isEqualTo(1);
    }

    @Test
    void equalServersTakeTurns() {
        assertThat(Pool.equal(4).choices(least, 400)).containsExactly(100, 100, 100, 100);
        assertThat(Pool.equal(3).without(1).choices(least, 100)).containsExactly(50, 0, 50);
    }

    @Test
    void workInProgressIsSharedByWeight() {
        Pool pool = Pool.weighted(1, 2, 5);
        for (int request = 0; request < 800; request++) {
            pool.loads[least.pick(pool, 0)]++;
        }
        assertThat(pool.loads).containsExactly(100, 200, 500);
    }

    @Test
    void aSlowlyStartingServerIsGivenLittle() {
        Pool pool = Pool.equal(2);
        pool.shares[1] = 50;
        for (int request = 0; request < 210; request++) {
            pool.loads[least.pick(pool, 0)]++;
        }
        assertThat(pool.loads).containsExactly(200, 10);
    }

    @Test
    void onlyEligibleServersCount() {
        Pool pool = Pool.equal(3).without(0, 2);
        pool.loads[1] = 1000;
        assertThat(least.pick(pool, 0)).isEqualTo(1);
        assertThat(least.pick(pool.without(1), 0)).isEqualTo(Balancer.NONE);
        assertThat(least.pick(Pool.equal(0), 0)).isEqualTo(Balancer.NONE);
    }

    @Test
    void theTurnGoesOnWhenServersMoveToOtherPlaces() {
        least.pick(Pool.equal(3), 0);
        least.reshape(new int[] {2, 0, 1});
        assertThat(least.pick(Pool.equal(3), 0)).isEqualTo(2);
        least.reshape(new int[] {1});
        assertThat(least.pick(Pool.equal(1), 0)).isZero();
    }

    @Test
    void whileServersAreIdleAChoiceLooksAtThoseThatAreNot() {
        Pool pool = Pool.equal(4000);
        for (int i = 0; i < 10; i++) {
            pool.loads[i] = 1;
        }
        assertThat(least.pick(pool, 0)).isEqualTo(10);
        assertThat(pool.looks).isEqualTo(11);
    }

    @Test
    void anIdleServerWithASmallShareDoesNotEndTheSearch() {
        Pool pool = Pool.weighted(1, 4);
        pool.loads[1] = 2;
        assertThat(least.pick(pool, 0)).isEqualTo(1);
        least.reshape(new int[] {0, 1});
        pool.shares[1] = 1000;
        assertThat(least.pick(pool, 0)).isEqualTo(0);
    }

    @Test
    void loopsBeginAtDifferentServers() {
        Pool pool = Pool.equal(100);
        assertThat(Balance.LEAST_CONNECTIONS.balancer(7).pick(pool, 0))
                .isNotEqualTo(Balance.LEAST_CONNECTIONS.balancer(8).pick(pool, 0));
    }
}
