package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who waits for a server with room, in which order, and who stops waiting. */
class QueueTest {

    /** What came, and when it is answered: by path, and {@code again} after a broken one. */
    private final Map<String, CountDownLatch> came = new ConcurrentHashMap<>();

    private final Map<String, CountDownLatch> go = new ConcurrentHashMap<>();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final List<String> order = new CopyOnWriteArrayList<>();

    /** Answers {@code /} at once, other paths when it is let; breaks the first {@code /break}. */
    private RawServer server() throws IOException {
        return RawServer.of(peer -> {
            String head = peer.head();
            while (!head.isEmpty()) {
                String path = head.split(" ", -1)[1];
                String what = broken.contains(path) ? path + " again" : path;
                order.add(path);
                latch(came, what).countDown();
                if (!path.equals("/")) {
                    latch(go, what).await();
                }
                if (path.startsWith("/break") && broken.add(path)) {
                    peer.socket.setSoLinger(true, 0);
                    return;
                }
                peer.answer(path);
                head = peer.head();
            }
        });
    }

    private static CountDownLatch latch(Map<String, CountDownLatch> latches, String what) {
        return latches.computeIfAbsent(what, key -> new CountDownLatch(1));
    }

    private void await(String what) throws InterruptedException {
        latch(came, what).await();
    }

    private void let(String what) {
        latch(go, what).countDown();
    }

    private static RawClient ask(Rig rig, String path) throws IOException {
        return rig.client().send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static Backend onePlaceEach(Backend b) {
        return Settings.servers(b, s -> Settings.maxConnections(s, 1));
    }

    @Test
    void whoWaitsAndSendsABrokenBodyLeavesTheQueue() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(QueueTest::onePlaceEach, server)) {
            try (RawClient first = ask(rig, "/hold");
                    RawClient broken = rig.client()) {
                await("/hold");
                broken.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                broken.send("not a size\r\n");
                assertThat(broken.response().status()).isEqualTo(400);
                assertThat(rig.proxy.queued("app")).isZero();

                let("/hold");
                assertThat(first.response().body()).isEqualTo("/hold");
                assertThat(first.get("/").body()).isEqualTo("/");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoMayNotHaveTheFreeServerHoldsNobodyUp() throws Exception {
        try (RawServer one = server();
                RawServer other = server();
                Rig rig = Rig.of(QueueTest::onePlaceEach, one, other)) {
            List<RawClient> behind = new ArrayList<>();
            try (TwoHeld two = holdTwo(rig)) {
                for (int i = 0; i < 8; i++) {
                    behind.add(ask(rig, "/"));
                }
                Rig.eventually("they wait behind it", () -> rig.proxy.queued("app") == 9);

                let("/hold-too");
                assertThat(two.second.response().body()).isEqualTo("/hold-too");
                for (RawClient client : behind) {
                    assertThat(client.response().body()).isEqualTo("/");
                    client.close();
                }
                let("/hold");
                assertThat(two.first.response().body()).isEqualTo("/hold");
                assertThat(two.retried.response().body()).isEqualTo("/break");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoMayHaveTheBackupWaitsForNobodyWhoMayNot() throws Exception {
        try (RawServer one = server();
                RawServer backup = server();
                Rig rig = Rig.of(b -> secondIsBackup(onePlaceEach(b)), one, backup)) {
            try (RawClient onBackup = ask(rig, "/break-first")) {
                await("/break-first");
                let("/break-first");
                await("/break-first again");
                RawClient retried = ask(rig, "/break");
                await("/break");
                List<RawClient> waiting = new ArrayList<>();
                for (int i = 0; i < 9; i++) {
                    waiting.add(ask(rig, "/hold"));
                }
                Rig.eventually("nine wait", () -> rig.proxy.queued("app") == 9);
                let("/break");
                await("/hold"); // By the first of them; the others, and who was tried, wait.
                Rig.eventually("it waits, too", () -> rig.proxy.queued("app") == 9);

                let("/break-first again");
                assertThat(onBackup.response().body()).isEqualTo("/break-first");
                let("/break again");
                assertThat(retried.response().body()).isEqualTo("/break");
                assertThat(rig.proxy.queued("app")).as("the others wait").isEqualTo(8);
                retried.close();

                let("/hold");
                for (RawClient client : waiting) {
                    assertThat(client.response().body()).isEqualTo("/hold");
                    client.close();
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoWaitsLongestIsNextOnWhicheverLoop() throws Exception {
        List<String> first = IntStream.range(0, 10).mapToObj(i -> "/first" + i).toList();
        List<String> second = IntStream.range(0, 10).mapToObj(i -> "/second" + i).toList();
        first.forEach(this::let);
        second.forEach(this::let);
        try (RawServer server = server();
                Rig rig = Rig.of(QueueTest::onePlaceEach, server);
                RawClient holds = ask(rig, "/hold")) {
            await("/hold");
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) { // The second follows at once, but waits behind others.
                RawClient client = ask(rig, first.get(i));
                client.send("GET " + second.get(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
                clients.add(client);
                int waiting = i + 1;
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == waiting);
            }
            let("/hold");
            assertThat(holds.response().body()).isEqualTo("/hold");
            for (int i = 0; i < 10; i++) {
                assertThat(clients.get(i).response().body()).isEqualTo(first.get(i));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(clients.get(i).response().body()).isEqualTo(second.get(i));
                clients.get(i).close();
            }
            order.remove("/hold");
            assertThat(order.subList(0, 10)).isEqualTo(first);
            assertThat(order.subList(10, 20)).containsExactlyInAnyOrderElementsOf(second);
        }
    }

    @Test
    void aShorterTimeForWaitingHoldsForThoseBehindLongerOnes() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(b -> queueTime(b, Duration.ofSeconds(60)), server);
                RawClient holds = ask(rig, "/hold")) {
            await("/hold");
            List<RawClient> patient = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                patient.add(ask(rig, "/"));
            }
            Rig.eventually("eight wait", () -> rig.proxy.queued("app") == 8);
            rig.backend("app", queueTime(rig.backend("app"), Duration.ofMillis(100))).load();
            try (RawClient hasty = ask(rig, "/")) {
                assertThat(hasty.response().status()).isEqualTo(503);
            }
            assertThat(rig.proxy.queued("app")).isEqualTo(8);
            let("/hold");
            assertThat(holds.response().body()).isEqualTo("/hold");
            for (RawClient client : patient) {
                assertThat(client.response().body()).isEqualTo("/");
                client.close();
            }
        }
    }

    @Test
    void aPlaceOnABackendThatWasGoneForAWhileServesWhoWaits() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(b -> queueTime(b, Duration.ofSeconds(60)), server)) {
            Backend backend = rig.backend("app");
            for (int i = 0; i < 8; i++) { // On one event loop or on two.
                String path = "/hold" + i;
                try (RawClient first = ask(rig, path)) {
                    await(path);
                    rig.withoutBackend("app").load();
                    rig.backend("app", backend).load();
                    try (RawClient second = ask(rig, "/")) {
                        Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                        let(path);
                        assertThat(first.response().body()).isEqualTo(path);
                        assertThat(second.response().body()).isEqualTo("/");
                    }
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aSlowServerIsGivenUpOnlyForOneThatHasRoom() throws Exception {
        try (RawServer one = server();
                RawServer other = server();
                Rig rig = Rig.of(QueueTest::hasty, one, other);
                RawClient holds = post(rig, "/hold")) {
            await("/hold");
            try (RawClient slow = ask(rig, "/slow")) {
                await("/slow");
                try (RawClient waits = ask(rig, "/")) { // For as long as anybody may.
                    assertThat(waits.response().status()).isEqualTo(503);
                }
                let("/slow");
                assertThat(slow.response().body()).isEqualTo("/slow");
            }
            try (RawClient slow = ask(rig, "/slower")) {
                await("/slower");
                let("/hold");
                assertThat(holds.response().body()).isEqualTo("/hold");
                Rig.eventually("asked there", () -> Collections.frequency(order, "/slower") == 2);
                let("/slower");
                assertThat(slow.response().body()).isEqualTo("/slower");
            }
            assertThat(Collections.frequency(order, "/slow")).isEqualTo(1);
        }
    }

    @Test
    void whoWaitedInVainForAnotherServerAsksTheSlowOneAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        RawServer.Script script =
                peer -> {
                    for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                        if (head.startsWith("POST")) { // Never tried again.
                            latch(came, "/hold").countDown();
                            over.await();
                        } else if (tries.incrementAndGet() == 1) {
                            over.await();
                        } else if (tries.get() == 2) {
                            peer.socket.setSoLinger(true, 0);
                            return;
                        }
                        peer.answer("ok");
                    }
                };
        try (RawServer one = RawServer.of(script);
                RawServer two = RawServer.of(script);
                RawServer three = RawServer.of(script);
                Rig rig = Rig.of(QueueTest::hasty, one, two, three);
                RawClient holds = post(rig, "/hold")) {
            await("/hold");
            try (RawClient client = ask(rig, "/")) {
                assertThat(client.response().body()).isEqualTo("ok");
                assertThat(tries).hasValue(3);
            }
            over.countDown();
            assertThat(holds.response().body()).isEqualTo("ok");
        }
    }

    private static RawClient post(Rig rig, String path) throws IOException {
        return rig.client()
                .send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void whoseNextBodyIsHeldAlreadyIsNotReadOnWhenItsAnswerIsWhole() throws Exception {
        String post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n";
        Route free = new Route(Optional.empty(), Optional.of("/free"), "free");
        try (RawServer server = server();
                Rig rig = Rig.of(b -> queueTime(b, Duration.ofSeconds(60)), server)) {
            rig.backend("free", rig.backend("app"))
                    .frontend(f -> Settings.routes(f, List.of(free)))
                    .load();
            try (RawClient holds = ask(rig, "/hold");
                    RawClient ahead = ask(rig, "/free")) {
                await("/hold");
                await("/free");
                ahead.send(post + "x".repeat(90_000));
                Rig.eventually("so much is read", () -> ahead.unread() == 0);
                ahead.send("x".repeat(10_000));
                assertThat(ahead.unread()).as("then no more").isEqualTo(10_000);

                let("/free");
                assertThat(ahead.response().body()).isEqualTo("/free");
                List<RawClient> behind = new ArrayList<>();
                for (int i = 0; i < 8; i++) { // Then every loop has looked at what came before.
                    behind.add(ask(rig, "/"));
                }
                Rig.eventually("they wait behind it", () -> rig.proxy.queued("app") == 9);
                assertThat(ahead.unread()).as("nor now").isEqualTo(10_000);

                let("/hold");
                assertThat(holds.response().body()).isEqualTo("/hold");
                assertThat(ahead.response().body()).isEqualTo("/");
                for (RawClient client : behind) {
                    client.close();
                }
            }
        }
    }

    @Test
    void whoMayNotHaveTheFreeServerPutsNobodyOfItsLoopAhead() throws Exception {
        List<String> waiting = IntStream.range(0, 10).mapToObj(i -> "/wait" + i).toList();
        waiting.forEach(this::let);
        try (RawServer one = server();
                RawServer other = server();
                Rig rig = Rig.of(QueueTest::onePlaceEach, one, other)) {
            List<RawClient> behind = new ArrayList<>();
            try (TwoHeld two = holdTwo(rig)) {
                for (int i = 0; i < 10; i++) {
                    behind.add(ask(rig, waiting.get(i)));
                    int all = i + 2;
                    Rig.eventually("it waits", () -> rig.proxy.queued("app") == all);
                }
                let("/hold-too");
                for (int i = 0; i < 10; i++) {
                    assertThat(behind.get(i).response().body()).isEqualTo(waiting.get(i));
                }
                assertThat(order.subList(3, 13)).isEqualTo(waiting);
                let("/hold");
                assertThat(two.first.response().body()).isEqualTo("/hold");
                assertThat(two.retried.response().body()).isEqualTo("/break");
            }
        }
    }

    @Test
    void whoCameUnderALongerTimeIsStillFirst() throws Exception {
        List<String> waiting = IntStream.range(0, 10).mapToObj(i -> "/wait" + i).toList();
        waiting.forEach(this::let);
        try (RawServer server = server();
                Rig rig = Rig.of(b -> queueTime(b, Duration.ofSeconds(60)), server);
                RawClient holds = ask(rig, "/hold")) {
            await("/hold");
            List<RawClient> behind = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                if (i == 1) {
                    rig.backend("app", queueTime(rig.backend("app"), Duration.ofSeconds(20)))
                            .load();
                }
                behind.add(ask(rig, waiting.get(i)));
                int all = i + 1;
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == all);
            }
            let("/hold");
            assertThat(holds.response().body()).isEqualTo("/hold");
            for (int i = 0; i < 10; i++) {
                assertThat(behind.get(i).response().body()).isEqualTo(waiting.get(i));
            }
            assertThat(order.subList(1, 11)).isEqualTo(waiting);
        }
    }

    /** Each of two servers is held by one, and one that is tried again waits. */
    private record TwoHeld(RawClient first, RawClient retried, RawClient second)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            first.close();
            retried.close();
            second.close();
        }
    }

    /** The one that waits has tried the server that now holds the second. */
    private TwoHeld holdTwo(Rig rig) throws Exception {
        RawClient first = ask(rig, "/hold");
        RawClient retried = ask(rig, "/break");
        await("/hold");
        await("/break");
        let("/break");
        let("/break again");
        Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
        RawClient second = ask(rig, "/hold-too");
        await("/hold-too");
        return new TwoHeld(first, retried, second);
    }

    private static Backend secondIsBackup(Backend b) {
        return BackendDraft.of(
                b, draft -> draft.servers.computeIfPresent("s2", (_, s) -> Settings.backup(s)));
    }

    private static Backend hasty(Backend b) {
        Duration longer = Duration.ofSeconds(20);
        Duration brief = Duration.ofMillis(300);
        return Settings.timeouts(onePlaceEach(b), longer, longer, brief, brief);
    }

    private static Backend queueTime(Backend b, Duration queue) {
        Duration longer = Duration.ofSeconds(60);
        return Settings.timeouts(onePlaceEach(b), longer, longer, longer, queue);
    }
}
