package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("alone")
class EveryBalancerTest {

    private static final int PICKS = 100_000;

    @ParameterizedTest
    @EnumSource
    void aChoiceMakesNoObject(Balance policy) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Balancer balancer = policy.balancer(1);
        Pool pool = Pool.weighted(1, 2, 3, 4);
        pool.loads[1] = 20;
        long sum = picks(balancer, pool);
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += picks(balancer, pool);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isPositive();
        assertThat(allocated).as("bytes in %d choices", PICKS).isLessThan(PICKS / 10);
    }

    private static long picks(Balancer balancer, Pool pool) {
        long sum = 0;
        for (int i = 0; i < PICKS; i++) {
            sum += balancer.pick(pool, i);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsChosenIsEligibleAndSomethingIsChosenWheneverItCanBe(Balance policy) {
        long seed = 20_261_121;
        Random random = new Random(seed);
        Balancer balancer = policy.balancer(seed);
        for (int round = 0; round < 5000; round++) {
            Pool pool = Pool.equal(random.nextInt(8));
            boolean any = false;
            int[] origin = new int[pool.size()];
            for (int i = 0; i < pool.size(); i++) {
                pool.weights[i] = 1 + random.nextInt(256);
                pool.shares[i] = 1 + random.nextInt(pool.weights[i] * 1000);
                pool.loads[i] = random.nextInt(4) == 0 ? random.nextInt(1_000_000) : 0;
                pool.eligible[i] = random.nextInt(3) > 0;
                any |= pool.eligible[i];
                origin[i] = random.nextInt(-1, 8);
            }
            balancer.reshape(origin);
            int chosen = balancer.pick(pool, random.nextLong());
            assertThat(chosen != Balancer.NONE).as("seed %d, round %d", seed, round).isEqualTo(any);
            if (any) {
                assertThat(pool.eligible[chosen]).isTrue();
            }
        }
    }
}
