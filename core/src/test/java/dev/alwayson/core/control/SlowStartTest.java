package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class SlowStartTest {

    private static final int WEIGHT = 2;

    private final Loop loop = new Loop();

    @Test
    void notWhileTheNodeStarts() {
        loop.load(shop("web1", "web2")).healthy("web1", "web2");
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000);
        assertThat(loop.effects(Effect.WakeAt.class)).isEmpty();
    }

    @Test
    void aServerThatIsHealthyAgainGrowsFromATwentiethToItsWeight() {
        startSlowly();
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 / 20);
        assertThat(loop.candidates()).containsExactly("web1", "web2");

        int wakes = 0;
        int share = loop.server("web1").share();
        long wake = wake();
        long begun = loop.now().nanos();
        while (share < WEIGHT * 1000) {
            loop.after(Duration.ofNanos(wake - loop.now().nanos())).take(new Input.Woken());
            wakes++;
            assertThat(loop.server("web1").share()).isEqualTo(share + WEIGHT * 1000 / 20);
            share = loop.server("web1").share();
            assertThat(loop.published()).isTrue();
            if (share < WEIGHT * 1000) {
                wake = wake();
            }
        }
        assertThat(wakes).isEqualTo(19);
        assertThat(loop.now().nanos() - begun).isEqualTo(Duration.ofSeconds(19).toNanos());
        assertThat(loop.effects(Effect.WakeAt.class)).isEmpty();
    }

    @Test
    void aServerThatFailsAgainStartsOver() {
        startSlowly();
        loop.after(Duration.ofSeconds(10)).take(new Input.Woken());
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 * 11 / 20);
        loop.fails("web1").fails("web1").fails("web1");
        loop.after(Duration.ofSeconds(1)).healthy("web1").healthy("web1");
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 / 20);
    }

    @Test
    void aServerThatAReloadAddsStartsSlowly() {
        loop.load(shop("web1")).healthy("web1");
        loop.load(shop("web1", "web2")).healthy("web2");
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000);
        assertThat(loop.server("web2").share()).isEqualTo(WEIGHT * 1000 / 20);
    }

    @Test
    void aServerThatComesBackFromMaintenanceStartsSlowlyAndADrainedOneDoesNot() {
        loop.load(shop("web1", "web2")).healthy("web1", "web2");
        loop.set("web1", ServerState.MAINT);
        loop.set("web1", ServerState.READY);
        loop.healthy("web1");
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 / 20);

        loop.set("web2", ServerState.DRAIN);
        loop.set("web2", ServerState.READY);
        assertThat(loop.server("web2").share()).isEqualTo(WEIGHT * 1000);
    }

    @Test
    void aWakeUpThatNobodyNeedsChangesNothing() {
        loop.load(shop("web1")).healthy("web1").take(new Input.Woken());
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void aWakeUpThatComesTooEarlyIsAskedForAgain() {
        startSlowly();
        long due = wake();
        loop.take(new Input.Woken());
        assertThat(loop.published()).isFalse();
        assertThat(wake()).isEqualTo(due);
    }

    @Test
    void aReloadThatTakesTheSlowStartAwayGivesAllTheWeight() {
        startSlowly();
        loop.load(Loop.shop("web1", "web2"));
        assertThat(loop.server("web1").share()).isEqualTo(1000);
    }

    @Test
    void aServerThatMovesToAnAddressKnownToBeHealthyStartsSlowly() {
        Server at1 = server("web1");
        Map<String, Server> apart = Map.of("a", at1, "b", server("web2"));
        loop.load(Loop.of(Map.of("shop", Backend.of(apart)))).healthy("web1", "web2");
        Map<String, Server> together = Map.of("a", at1, "b", at1);
        loop.load(Loop.of(Map.of("shop", Backend.of(together))));

        assertThat(loop.server("a").share()).isEqualTo(WEIGHT * 1000);
        assertThat(loop.server("b").share()).isEqualTo(WEIGHT * 1000 / 20);
    }

    @Test
    void theTimeGoesOnWhereTheMonotonicClockWrapsAround() {
        loop.at(Long.MAX_VALUE - Duration.ofSeconds(3).toNanos());
        startSlowly();
        for (int second = 1; second <= 5; second++) {
            loop.after(Duration.ofSeconds(1)).take(new Input.Woken());
            assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 * (1 + second) / 20);
        }
    }

    @Test
    void aServerThatIsRemovedInItsSlowStartLeavesNothingBehind() {
        startSlowly();
        loop.load(shop("web2"));
        loop.after(Duration.ofSeconds(2)).take(new Input.Woken());
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void sharesAreRenewedAtMostTwentyTimesASecond() {
        Server quick = new Server(Loop.address("web2"), WEIGHT, 0, Duration.ofMillis(190), false);
        loop.load(shop("web1")).healthy("web1");
        loop.load(
                Loop.of(Map.of("shop", Backend.of(Map.of("web1", server("web1"), "web2", quick)))));
        loop.healthy("web2");
        int wakes = 0;
        while (loop.server("web2").share() < WEIGHT * 1000) {
            long wait = wake() - loop.now().nanos();
            assertThat(wait).isEqualTo(Duration.ofMillis(50).toNanos());
            loop.after(Duration.ofNanos(wait)).take(new Input.Woken());
            wakes++;
        }
        assertThat(wakes).isEqualTo(4);
    }

    @Test
    void aServerThatGrowsFasterIsWokenForSooner() {
        startSlowly();
        long slow = wake();
        Server quick = new Server(Loop.address("web3"), WEIGHT, 0, Duration.ofMillis(1900), false);
        Map<String, Server> servers =
                Map.of("web1", server("web1"), "web2", server("web2"), "web3", quick);
        loop.load(Loop.of(Map.of("shop", Backend.of(servers)))).healthy("web3");
        assertThat(wake()).isEqualTo(loop.now().nanos() + Duration.ofMillis(100).toNanos());
        assertThat(wake()).isLessThan(slow);
    }

    @Test
    void aChangedSlowStartIsCountedFromWhereItBegan() {
        startSlowly();
        loop.after(Duration.ofSeconds(1)).take(new Input.Woken());
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 * 2 / 20);
        Server quicker = new Server(Loop.address("web1"), WEIGHT, 0, Duration.ofSeconds(2), false);
        Map<String, Server> servers = Map.of("web1", quicker, "web2", server("web2"));
        loop.load(Loop.of(Map.of("shop", Backend.of(servers))));
        assertThat(loop.server("web1").share()).isEqualTo(WEIGHT * 1000 * 10 / 20);
    }

    @Test
    void manyServersThatStartSlowlyTogetherCostNoMoreEachThanOne() {
        String[] names = new String[2000];
        Arrays.setAll(names, i -> "web" + i);
        loop.load(shop("first")).healthy("first");
        Configuration checked = shop(names);
        Backend shop = Objects.requireNonNull(checked.backends().get("shop"));
        Backend unchecked = shop.checkedBy(Optional.empty());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        loop.load(Loop.of(Map.of("shop", unchecked)));
        assertThat(loop.server("web1999").share()).isEqualTo(WEIGHT * 1000 / 20);
        loop.after(Duration.ofSeconds(19)).take(new Input.Woken());
        assertThat(loop.server("web1999").share()).isEqualTo(WEIGHT * 1000);

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / names.length).as("bytes for each server").isLessThan(20_000);
    }

    private void startSlowly() {
        loop.load(shop("web1", "web2")).healthy("web1", "web2");
        loop.fails("web1").fails("web1").fails("web1");
        loop.healthy("web1").healthy("web1");
    }

    private long wake() {
        return loop.effects(Effect.WakeAt.class).getFirst().nanos();
    }

    /** Of servers with weight 2 and 19 s of slow start: a level each second. */
    private static Configuration shop(String... names) {
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String name : names) {
            servers.put(name, server(name));
        }
        return Loop.of(Map.of("shop", Backend.of(servers)));
    }

    private static Server server(String at) {
        return new Server(Loop.address(at), WEIGHT, 0, Duration.ofSeconds(19), false);
    }
}
