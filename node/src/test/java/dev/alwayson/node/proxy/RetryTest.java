package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.Percent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promise: while one server can serve, no idempotent request fails before its response began.
 */
class RetryTest {

    private static final String PUT = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndata";
    private static final String POST =
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndata";

    /** Reads a request, then breaks the connection. */
    private static RawServer breaking() throws IOException {
        return RawServer.of(peer -> {
            peer.head();
            peer.socket.setSoLinger(true, 0);
        });
    }

    private static RawServer dead() throws IOException {
        RawServer server = RawServer.answering("never");
        server.kill();
        return server;
    }

    @Test
    void aServerThatRefusesConnectionsCostsNoRequestOfAnyMethod() throws Exception {
        try (RawServer dead = dead();
                RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(dead, alive);
                RawClient client = rig.client()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
                assertThat(client.send(POST).response().status()).isEqualTo(200);
            }
            rig.health(dead.address(), false);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aConnectionThatFailsAtOnceCostsNoRequest(int refusals) throws Exception {
        Refusing sockets = new Refusing();
        try (RawServer one = RawServer.answering("ok");
                RawServer two = RawServer.answering("ok");
                RawServer three = RawServer.answering("ok");
                Rig rig = Rig.of(sockets, backend -> backend, one, two, three)) {
            try (RawClient client = rig.client()) {
                Rig.eventually("it is there", () -> rig.proxy.connections.clients.get() == 1);
                sockets.refuse(refusals);
                assertThat(client.send(POST).response().body()).isEqualTo("ok");
                assertThat(sockets.left()).as("to come").isZero();
            }
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatIsBeingMadeWhenItsServerGoesDownCostsNoRequest(Mode mode) throws Exception {
        try (FullServer full = new FullServer();
                RawServer alive = RawServer.answering("ok");
                Rig rig =
                        Rig.of(
                                b ->
                                        Settings.also(
                                                Settings.checkedAndConnectingForLong(b),
                                                "s2",
                                                Server.at(full.address())),
                                alive)) {
            rig.frontend(web -> mode == Mode.TCP ? Settings.tcp(web) : web).load();
            rig.health(full.address(), true);
            try (RawClient client = rig.client().send(POST)) {
                Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
                rig.health(alive.address(), true).health(full.address(), false);
                assertThat(client.response().body()).isEqualTo("ok");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aBrokenConnectionIsTriedElsewhereIfTheMethodIsIdempotent() throws Exception {
        try (RawServer breaking = breaking();
                RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(breaking, alive)) {
            try (RawClient client = rig.client()) {
                for (int i = 0; i < 10; i++) {
                    assertThat(client.get("/").body()).isEqualTo("ok");
                }
            }
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
            })
    void anAnswerAgainstARuleIsTriedElsewhereIfTheMethodIsIdempotent(String wrong)
            throws Exception {
        RawServer.Script script =
                peer -> {
                    peer.head();
                    peer.send(wrong + "\r\n\r\n");
                    peer.in.readAllBytes();
                };
        try (RawServer one = RawServer.of(script);
                RawServer two = RawServer.of(script);
                RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(one, two, alive);
                Rig without = Rig.of(one, two)) {
            try (RawClient client = rig.client();
                    RawClient other = without.client()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.get("/").body()).isEqualTo("ok");
                }
                int before = one.connections() + two.connections();
                assertThat(before).isPositive();
                assertThat(other.get("/").status()).isEqualTo(502);
                assertThat(one.connections() + two.connections()).isEqualTo(before + 2);
                assertThat(other.send(POST).response().status()).isEqualTo(502);
                assertThat(one.connections() + two.connections()).isEqualTo(before + 3);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aBodyThatIsHeldIsSentAgain() throws Exception {
        try (RawServer breaking = breaking();
                RawServer alive =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                peer.answer(peer.body(4));
                            }
                        });
                Rig rig = Rig.of(breaking, alive);
                RawClient client = rig.client()) {
            for (int i = 0; i < 6; i++) {
                assertThat(client.send(PUT).response().body()).isEqualTo("data");
            }
            assertThat(breaking.heads()).isNotEmpty();
        }
    }

    @Test
    void aRequestThatIsNotIdempotentIsNeverSentTwice() throws Exception {
        try (RawServer breaking = breaking();
                Rig rig = Rig.of(breaking, breaking);
                RawClient client = rig.client()) {
            RawClient.Response response = client.send(POST).response();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.header("Proxy-Status")).contains("connection_terminated");
            assertThat(breaking.heads().stream().filter(head -> head.startsWith("POST")))
                    .hasSize(1);
        }
    }

    @Test
    void aKeptConnectionThatTheServerClosedIsReplaced() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer once =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.answer("ok");
                            // Kept for the next request, and broken when it comes.
                            peer.head();
                            closed.countDown();
                        });
                Rig rig = Rig.of(once);
                RawClient client = rig.client()) {
            assertThat(client.get("/1").body()).isEqualTo("ok");
            assertThat(client.get("/2").body()).isEqualTo("ok");
            assertThat(closed.getCount()).isZero();
            assertThat(once.connections()).isEqualTo(2);
        }
    }

    @Test
    void whatHasBegunToReachTheClientIsCutOff() throws Exception {
        try (RawServer half =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                        });
                Rig rig = Rig.of(half, half)) {
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                client.head();
                assertThat(cutOff(client)).isTrue();
            }
            assertThat(half.heads()).hasSize(1);
            rig.assertNothingLeft();
        }
    }

    private static boolean cutOff(RawClient client) {
        try {
            return client.in.readAllBytes().length < 100;
        } catch (IOException e) {
            return true; // A reset says it as well.
        }
    }

    @Test
    void everyServerDeadGives503WithItsReason() throws Exception {
        try (RawServer dead = dead();
                Rig rig = Rig.of(dead, dead);
                RawClient client = rig.client()) {
            RawClient.Response response = client.get("/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Proxy-Status")).contains("connection_refused");
        }
    }

    @Test
    void aSlowServerIsGivenUpForAnotherWithinTheBudget() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer slow =
                        RawServer.of(peer -> {
                            peer.head();
                            over.await();
                        });
                RawServer quick = RawServer.answering("quick");
                Rig rig = Rig.of(b -> timeouts(b, 20_000, 100), slow, quick);
                RawClient client = rig.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.get("/").body()).isEqualTo("quick");
            }
            assertThat(slow.heads()).isNotEmpty();
            over.countDown();
        }
    }

    /** The budget of ten seconds is spent first; nobody but the frozen server is chosen first. */
    @Test
    void whoTheBudgetHasNothingForAsksAgainUntilItHas() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer frozen =
                        RawServer.of(peer -> {
                            peer.head();
                            over.await();
                        });
                RawServer quick = RawServer.answering("quick");
                Rig rig = Rig.of(b -> timeouts(secondAsBackup(b), 60_000, 20), frozen, quick);
                RawClient client = rig.client()) {
            long start = System.nanoTime();
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/").body()).isEqualTo("quick");
            }
            assertThat(client.get("/").body()).isEqualTo("quick");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("until the first retry is ten seconds old")
                    .isGreaterThan(Duration.ofSeconds(8));
            assertThat(frozen.heads()).as("each is asked once").hasSize(31);
            over.countDown();
        }
    }

    private static Backend secondAsBackup(Backend b) {
        return BackendDraft.of(
                b, draft -> draft.servers.computeIfPresent("s2", (_, s) -> Settings.backup(s)));
    }

    @Test
    void aServerThatIsOnlySlowIsAskedAgainWhenNoOtherCanServe() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer slow =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                assertThat(over.await(500, TimeUnit.MILLISECONDS)).isFalse();
                                peer.answer("slow");
                            }
                        });
                RawServer dead = dead();
                Rig rig = Rig.of(b -> timeouts(b, 20_000, 100), slow, dead)) {
            try (RawClient client = rig.client()) {
                // Whichever is asked first, each of the two orders comes.
                assertThat(client.get("/").body()).isEqualTo("slow");
                assertThat(client.get("/").body()).isEqualTo("slow");
            }
            assertThat(slow.heads()).hasSizeGreaterThan(2);
            rig.assertNothingLeft();
        }
    }

    @Test
    void aServerThatIsTooSlowAndAloneGives504() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer slow =
                        RawServer.of(peer -> {
                            peer.head();
                            over.await();
                        });
                Rig rig = Rig.of(b -> timeouts(b, 300, 100), slow)) {
            try (RawClient client = rig.client()) {
                RawClient.Response response = client.get("/");
                assertThat(response.status()).isEqualTo(504);
                assertThat(response.header("Proxy-Status")).contains("http_response_timeout");
            }
            rig.assertNothingLeft();
            over.countDown();
        }
    }

    private static Backend timeouts(Backend b, long responseMillis, long attemptMillis) {
        return Settings.timeouts(
                b,
                Duration.ofSeconds(1),
                Duration.ofMillis(responseMillis),
                Duration.ofMillis(attemptMillis),
                Duration.ofSeconds(5));
    }

    @Test
    void aStatusOfOnStatusIsTriedElsewhere() throws Exception {
        Retries onStatus = new Retries(2, new Percent(1), List.of(500), ByteSize.kib(64));
        try (RawServer failing =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad");
                            }
                        });
                RawServer well = RawServer.answering("well");
                Rig rig = Rig.of(b -> Settings.retries(b, onStatus), failing, well)) {
            try (RawClient client = rig.client()) {
                for (int i = 0; i < 6; i++) {
                    assertThat(client.get("/").body()).isEqualTo("well");
                }
            }
            assertThat(failing.heads()).isNotEmpty();
            rig.assertNothingLeft();
        }
    }

    @Test
    void anAnswerIsAnAnswerAlsoIfItIsA500() throws Exception {
        try (RawServer failing =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad");
                        });
                Rig rig = Rig.of(failing, failing);
                RawClient client = rig.client()) {
            assertThat(client.get("/").status()).isEqualTo(500);
            assertThat(failing.heads()).hasSize(1);
        }
    }

    @Test
    void aServerThatGoesDownGivesItsWaitingRequestsBackAtOnce() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch working = new CountDownLatch(1);
        try (RawServer frozen =
                        RawServer.of(peer -> {
                            peer.head();
                            working.countDown();
                            over.await();
                        });
                RawServer alive = RawServer.answering("alive");
                Rig rig = Rig.of(Settings::checked, frozen, alive)) {
            rig.health(frozen.address(), true);
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                working.await();
                rig.health(alive.address(), true).health(frozen.address(), false);
                assertThat(client.response().body()).isEqualTo("alive");
            }
            rig.assertNothingLeft();
            over.countDown();
        }
    }

    @Test
    void whoseEveryServerWentDownWaitsForTheLastAlsoIfAnotherWasSlow() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        RawServer.Script script =
                peer -> {
                    peer.head();
                    over.await();
                    peer.answer("late");
                };
        try (RawServer one = RawServer.of(script);
                RawServer two = RawServer.of(script);
                Rig rig = Rig.of(b -> Settings.checked(timeouts(b, 60_000, 300)), one, two)) {
            rig.health(one.address(), true).health(two.address(), true);
            try (RawClient client = rig.client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")) {
                Rig.eventually("one is asked", () -> one.heads().size() + two.heads().size() > 0);
                RawServer slow = two.heads().isEmpty() ? one : two;
                RawServer last = two.heads().isEmpty() ? two : one;
                Rig.eventually("the other, too", () -> !last.heads().isEmpty());
                rig.health(slow.address(), false).health(last.address(), false);
                over.countDown();
                assertThat(client.response().body()).isEqualTo("late");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aSlowRequestThatIsNotTriedAgainTakesNobodysTurn() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        RawServer.Script script =
                peer -> {
                    peer.head();
                    over.await();
                    peer.answer("late");
                };
        try (RawServer one = RawServer.of(script);
                RawServer two = RawServer.of(script);
                RawServer three = RawServer.of(script);
                Rig rig = Rig.of(RetryTest::inTurns, one, two, three);
                RawClient client = rig.client().send(POST)) {
            Rig.eventually("it is asked", () -> rig.proxy.connections.servers.get() == 1);
            List<LoopServer> before = nextOfEachLoop(rig);
            assertThat(over.await(2, TimeUnit.SECONDS)).as("it is slow").isFalse();
            nextOfEachLoop(rig);
            nextOfEachLoop(rig);
            assertThat(nextOfEachLoop(rig)).as("after all three").isEqualTo(before);
            over.countDown();
            assertThat(client.response().body()).isEqualTo("late");
        }
    }

    private static Backend inTurns(Backend b) {
        return Settings.balance(timeouts(b, 60_000, 1_000), Balance.ROUND_ROBIN);
    }

    /** Whose turn it is on each loop; then it is the next one's. */
    private static List<LoopServer> nextOfEachLoop(Rig rig) throws Exception {
        List<LoopServer> next = new ArrayList<>();
        for (Worker worker : rig.proxy.workers) {
            next.add(worker.loop.submit(() -> next(worker)).get());
        }
        return next;
    }

    private static LoopServer next(Worker worker) {
        LoopBackend backend = requireNonNull(worker.backend("app"));
        LoopServer server = requireNonNull(backend.choose(new Anybody()));
        backend.release(server);
        return server;
    }
}
