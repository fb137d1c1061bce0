package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.Percent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

    private static final long SECOND = 1_000_000_000;
    private static final Percent FIFTH = new Percent(0.2);

    private final RetryBudget budget = new RetryBudget(2);

    @ParameterizedTest
    @ValueSource(longs = {0, -7 * SECOND, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2})
    void aQuietBackendHasThreeRetriesASecond(long start) {
        assertThat(taken(start, 100)).isEqualTo(30);
        assertThat(taken(start + 9 * SECOND, 100)).isZero();
        assertThat(taken(start + 10 * SECOND, 100)).isEqualTo(30);
    }

    @Test
    void aBusyBackendHasItsShareOfTheRequests() {
        for (int i = 0; i < 1000; i++) {
            budget.request(i % 2, i * SECOND / 200);
        }
        assertThat(taken(5 * SECOND, 1000)).isEqualTo(200);
    }

    @Test
    void requestsCountForTenSeconds() {
        for (int i = 0; i < 1000; i++) {
            budget.request(0, 0);
        }
        assertThat(taken(9 * SECOND, 100)).isEqualTo(100);
        assertThat(taken(10 * SECOND, 1000)).as("only the floor is left").isZero();
        assertThat(taken(19 * SECOND, 1000)).isEqualTo(30);
    }

    @Test
    void overAnyTenSecondsRetriesStayWithinTheShare() {
        int retries = 0;
        for (int second = 0; second < 100; second++) {
            for (int i = 0; i < 500; i++) {
                long now = second * SECOND + i * 2_000_000L;
                budget.request(i % 2, now);
                retries += budget.take(FIFTH, now) ? 1 : 0;
            }
        }
        assertThat(retries).isBetween(9_000, 10_030);
    }

    @Test
    void threadsTogetherNeverTakeMoreThanThereIs() throws Exception {
        for (int i = 0; i < 50_000; i++) {
            budget.request(0, SECOND);
        }
        List<Future<Integer>> takers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                takers.add(threads.submit(() -> taken(SECOND, 20_000)));
            }
        }
        int sum = 0;
        for (Future<Integer> taker : takers) {
            sum += taker.get();
        }
        assertThat(sum).isBetween(9_990, 10_000);
    }

    private int taken(long now, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += budget.take(FIFTH, now) ? 1 : 0;
        }
        return taken;
    }
}
