package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send as fast as they may, faster, and more of them than there is room for. */
class LeakyBucketsTest {

    private static final long SECOND = 1_000_000_000;
    private static final long START = 12_345;

    /** Ten requests a second, of which five may come at once. */
    private static final ClientLimits TEN = new ClientLimits(0, 0, 10, 5, List.of());

    private static final long INTERVAL = TEN.intervalNanos();

    private static long take(LeakyBuckets buckets, long client, ClientLimits limits, long now) {
        return buckets.take(client, limits.intervalNanos(), limits.toleranceNanos(), now);
    }

    private static int allowed(
            LeakyBuckets buckets, long client, ClientLimits limits, long now, int requests) {
        int allowed = 0;
        for (int i = 0; i < requests; i++) {
            allowed += take(buckets, client, limits, now) == 0 ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void whoKeepsTheRateIsNeverTurnedAway() {
        LeakyBuckets buckets = new LeakyBuckets(64, START);
        for (int i = 0; i < 1_000; i++) {
            assertThat(take(buckets, 7, TEN, START + i * INTERVAL)).isZero();
        }
    }

    @Test
    void aBurstPassesAndComesBackAtTheRate() {
        LeakyBuckets buckets = new LeakyBuckets(64, START);
        assertThat(allowed(buckets, 7, TEN, START, 20)).isEqualTo(5);
        assertThat(take(buckets, 7, TEN, START)).as("until the next").isEqualTo(INTERVAL);
        assertThat(take(buckets, 7, TEN, START + INTERVAL - 1)).isEqualTo(1);
        assertThat(allowed(buckets, 7, TEN, START + INTERVAL, 20)).isEqualTo(1);
        assertThat(allowed(buckets, 7, TEN, START + 4 * INTERVAL, 20)).isEqualTo(3);
        assertThat(allowed(buckets, 7, TEN, START + 60 * SECOND, 20)).as("no more").isEqualTo(5);
    }

    @Test
    void whoSendsTooFastGetsTheRateAndNoLess() {
        LeakyBuckets buckets = new LeakyBuckets(64, START);
        int allowed = 0;
        for (long at = 0; at < 100 * SECOND; at += SECOND / 1_000) {
            allowed += take(buckets, 7, TEN, START + at) == 0 ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(5 + 100 * 10 - 1);
    }

    @Test
    void withoutABurstASecondsWorthMayComeAtOnce() {
        ClientLimits noBurst = new ClientLimits(0, 0, 10, 0, List.of());
        LeakyBuckets buckets = new LeakyBuckets(64, START);
        assertThat(allowed(buckets, 7, noBurst, START, 20)).isEqualTo(10);
        ClientLimits even = new ClientLimits(0, 0, 10, 1, List.of());
        assertThat(allowed(buckets, 8, even, START, 20)).isEqualTo(1);
    }

    @Test
    void clientsDoNotShareWhatTheyHave() {
        LeakyBuckets buckets = new LeakyBuckets(65_536, START);
        for (long i = 0; i < 20_000; i++) {
            assertThat(allowed(buckets, Hash.of(i), TEN, START + i, 7)).isEqualTo(5);
        }
        assertThat(buckets.unmetered()).isZero();
    }

    @Test
    void whereNoPlaceIsLeftARequestIsLetThroughAndCounted() {
        LeakyBuckets buckets = new LeakyBuckets(16, START);
        for (long client = 1; client <= 16; client++) {
            assertThat(allowed(buckets, client, TEN, START, 9)).isEqualTo(5);
        }
        assertThat(allowed(buckets, 17, TEN, START, 100)).isEqualTo(100);
        assertThat(buckets.unmetered()).isEqualTo(100);
        assertThat(allowed(buckets, 3, TEN, START, 1)).as("of who has a place").isZero();

        long later = START + SECOND;
        assertThat(allowed(buckets, 17, TEN, later, 9)).as("all are empty again").isEqualTo(5);
        assertThat(buckets.unmetered()).isEqualTo(100);
    }

    @Test
    void whoWasTurnedAwayKeepsItsPlace() {
        LeakyBuckets buckets = new LeakyBuckets(16, START);
        for (long client = 1; client <= 16; client++) {
            allowed(buckets, client, TEN, START, 9);
        }
        long soon = START + INTERVAL / 2;
        allowed(buckets, 99, TEN, soon, 1);
        assertThat(take(buckets, 5, TEN, soon)).isEqualTo(INTERVAL / 2);
    }

    @Test
    void theClockMayWrap() {
        long start = Long.MAX_VALUE - SECOND;
        LeakyBuckets buckets = new LeakyBuckets(64, start);
        int allowed = 0;
        for (long at = 0; at < 10 * SECOND; at += INTERVAL / 10) {
            allowed += take(buckets, 7, TEN, start + at) == 0 ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(5 + 10 * 10 - 1);
        LeakyBuckets negative = new LeakyBuckets(64, -5 * SECOND);
        assertThat(allowed(negative, 7, TEN, -5 * SECOND, 20)).isEqualTo(5);
    }

    @Test
    void aRateThatAReloadRaisesCountsAtOnce() {
        LeakyBuckets buckets = new LeakyBuckets(64, START);
        ClientLimits slow = new ClientLimits(0, 0, 1, 100, List.of());
        assertThat(allowed(buckets, 7, slow, START, 200)).isEqualTo(100);
        long wait = take(buckets, 7, TEN, START);
        assertThat(wait).as("as if the new bucket were full").isEqualTo(INTERVAL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void anyHashIsAClient(long client) {
        LeakyBuckets buckets = new LeakyBuckets(16, START);
        assertThat(allowed(buckets, client, TEN, START, 9)).isEqualTo(5);
    }

    @Test
    void theNumberOfPlacesIsChecked() {
        assertThatThrownBy(() -> new LeakyBuckets(8, 0)).hasMessageContaining("8 places");
        assertThatThrownBy(() -> new LeakyBuckets(100, 0)).hasMessageContaining("power of two");
    }

    @Test
    void threadsTogetherGetNoMoreThanTheBurst() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        LeakyBuckets buckets = new LeakyBuckets(4_096, START);
        int clients = 50;
        List<AtomicInteger> allowed = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            allowed.add(new AtomicInteger());
        }
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                awaitUninterrupted(go);
                                for (int i = 0; i < 20_000; i++) {
                                    int client = random.nextInt(clients);
                                    if (take(buckets, Hash.of(client), TEN, START) == 0) {
                                        allowed.get(client).getAndIncrement();
                                    }
                                }
                            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(buckets.unmetered()).isZero();
        assertThat(allowed).allSatisfy(count -> assertThat(count.get()).isEqualTo(5));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
