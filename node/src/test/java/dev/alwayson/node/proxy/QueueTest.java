package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who waits for a server with room, in which order, and who stops waiting. */
class QueueTest {

    /** What came for each path, and when it is answered. */
    private final Map<String, CountDownLatch> came = new ConcurrentHashMap<>();

    private final Map<String, CountDownLatch> go = new ConcurrentHashMap<>();
    private final AtomicBoolean broken = new AtomicBoolean();

    /** Answers {@code /} at once, other paths when it is let; breaks the first {@code /break}. */
    private RawServer server() throws IOException {
        return RawServer.of(peer -> {
            String head = peer.head();
            while (!head.isEmpty()) {
                String path = head.split(" ", -1)[1];
                latch(came, path).countDown();
                if (!path.equals("/")) {
                    latch(go, path).await();
                }
                if (path.equals("/break") && broken.compareAndSet(false, true)) {
                    peer.socket.setSoLinger(true, 0);
                    return;
                }
                peer.answer(path);
                head = peer.head();
            }
        });
    }

    private static CountDownLatch latch(Map<String, CountDownLatch> latches, String path) {
        return latches.computeIfAbsent(path, key -> new CountDownLatch(1));
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
                latch(came, "/hold").await();
                broken.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                broken.send("not a size\r\n");
                assertThat(broken.response().status()).isEqualTo(400);
                assertThat(rig.proxy.queued("app")).isZero();

                latch(go, "/hold").countDown();
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
            try (RawClient holds = ask(rig, "/hold");
                    RawClient retries = ask(rig, "/break")) {
                latch(came, "/hold").await();
                latch(came, "/break").await();
                latch(go, "/break").countDown();
                // It has tried the one that broke, and waits for the other.
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                RawClient second = ask(rig, "/hold-too");
                latch(came, "/hold-too").await();
                for (int i = 0; i < 8; i++) {
                    behind.add(ask(rig, "/"));
                }
                Rig.eventually("they wait behind it", () -> rig.proxy.queued("app") == 9);

                latch(go, "/hold-too").countDown();
                assertThat(second.response().body()).isEqualTo("/hold-too");
                for (RawClient client : behind) {
                    assertThat(client.response().body()).isEqualTo("/");
                    client.close();
                }
                latch(go, "/hold").countDown();
                assertThat(holds.response().body()).isEqualTo("/hold");
                assertThat(retries.response().body()).isEqualTo("/break");
                second.close();
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aShorterTimeForWaitingHoldsForThoseBehindLongerOnes() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(b -> queueTime(b, Duration.ofSeconds(60)), server);
                RawClient holds = ask(rig, "/hold")) {
            latch(came, "/hold").await();
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
            latch(go, "/hold").countDown();
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
                    latch(came, path).await();
                    rig.withoutBackend("app").load();
                    rig.backend("app", backend).load();
                    try (RawClient second = ask(rig, "/")) {
                        Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                        latch(go, path).countDown();
                        assertThat(first.response().body()).isEqualTo(path);
                        assertThat(second.response().body()).isEqualTo("/");
                    }
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoWaitedInVainForAnotherServerAsksTheSlowOneAgain() throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        try (RawServer server =
                        RawServer.of(peer -> {
                            String head = peer.head();
                            while (!head.isEmpty()) {
                                boolean held = head.startsWith("POST"); // Never tried again.
                                if (held) {
                                    latch(came, "/hold").countDown();
                                    latch(go, "/hold").await();
                                }
                                if (held || !silent.compareAndSet(false, true)) {
                                    peer.answer("ok");
                                }
                                head = peer.head();
                            }
                        });
                Rig rig = Rig.of(QueueTest::hasty, server, server);
                RawClient holds = rig.client()) {
            holds.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            latch(came, "/hold").await();
            try (RawClient client = ask(rig, "/")) {
                assertThat(client.response().status()).isEqualTo(200);
            }
            rig.backend("app", Settings.maxQueue(rig.backend("app"), 0)).load();
            silent.set(false);
            try (RawClient client = ask(rig, "/")) {
                assertThat(client.response().status()).as("no queue").isEqualTo(200);
            }
            latch(go, "/hold").countDown();
            assertThat(holds.response().body()).isEqualTo("ok");
        }
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
                latch(came, "/hold").await();
                latch(came, "/free").await();
                ahead.send(post + "x".repeat(90_000));
                Rig.eventually("so much is read", () -> ahead.unread() == 0);
                ahead.send("x".repeat(10_000));
                assertThat(ahead.unread()).as("then no more").isEqualTo(10_000);

                latch(go, "/free").countDown();
                assertThat(ahead.response().body()).isEqualTo("/free");
                List<RawClient> behind = new ArrayList<>();
                for (int i = 0; i < 8; i++) { // Then every loop has looked at what came before.
                    behind.add(ask(rig, "/"));
                }
                Rig.eventually("they wait behind it", () -> rig.proxy.queued("app") == 9);
                assertThat(ahead.unread()).as("nor now").isEqualTo(10_000);

                latch(go, "/hold").countDown();
                assertThat(holds.response().body()).isEqualTo("/hold");
                assertThat(ahead.response().body()).isEqualTo("/");
                for (RawClient client : behind) {
                    client.close();
                }
            }
        }
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
