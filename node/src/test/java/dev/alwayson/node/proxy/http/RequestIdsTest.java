package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** New ids of requests. */
class RequestIdsTest {

    private static final int MANY = 100_000;

    @Test
    void theyAreTheNumbersOfTheJdksXoroshiro128PlusPlus() {
        RandomGenerator same =
                RandomGeneratorFactory.of("Xoroshiro128PlusPlus")
                        .create(ByteBuffer.allocate(16).putLong(-2).putLong(7).array());
        RequestIds ids = new RequestIds(giving(-2, 6));
        for (int i = 0; i < 1000; i++) {
            assertThat(next(ids))
                    .isEqualTo("%016x%016x".formatted(same.nextLong(), same.nextLong()));
        }
    }

    @Test
    void twoLoopsGiveNoneTwice() {
        Random seeds = new Random(1);
        RequestIds one = new RequestIds(seeds);
        RequestIds other = new RequestIds(seeds);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            assertThat(seen.add(next(one))).isTrue();
            assertThat(seen.add(next(other))).isTrue();
        }
    }

    @Test
    void seedsOfNothingButZerosAreNoDeadEnd() {
        RequestIds ids = new RequestIds(giving(0, 0));
        next(ids);
        assertThat(next(ids)).isNotEqualTo(next(ids)).doesNotContain("00000000");
    }

    private static RandomGenerator giving(long... numbers) {
        Iterator<Long> rest = Arrays.stream(numbers).boxed().iterator();
        return rest::next;
    }

    private static String next(RequestIds ids) {
        byte[] id = new byte[RequestIds.LENGTH];
        ids.next(id);
        return Wire.text(id, 0, id.length);
    }
}
