package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.setting.Percent;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Servers that pass every check there is, and fail their requests. */
class EjectionTest {

    private static final Duration BASE = Duration.ofMillis(200);
    private static final Duration QUEUE = Duration.ofMillis(200);
    private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell";
    private static final String POST =
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndata";

    private static final RawServer.Script BREAKING =
            peer -> {
                peer.head();
                peer.socket.setSoLinger(true, 0);
            };

    @Test
    void aServerThatBreaksEveryRequestIsEjectedAndNoClientSeesIt() throws Exception {
        try (RawServer breaking = RawServer.of(BREAKING);
                RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(EjectionTest::ejecting, breaking, alive);
                RawClient client = rig.client()) {
            rig.tellTries();
            ejectFirst(rig, client);
            int connections = breaking.connections();
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
                assertThat(client.send(POST).response().status()).isEqualTo(200);
            }
            assertThat(breaking.connections()).as("it gets nothing").isEqualTo(connections);

            Rig.eventually("it is back", () -> rig.wake().view("s1").ejection().isEmpty());
            assertThat(rig.view("s1").standing()).isEqualTo(Standing.SERVING);
            ejectFirst(rig, client);
            Ejection again = rig.view("s1").ejection().orElseThrow();
            assertThat(again.times()).isEqualTo(2);
            assertThat(Duration.between(again.since(), again.until()))
                    .isEqualTo(BASE.multipliedBy(2));
        }
    }

    private static void ejectFirst(Rig rig, RawClient client) throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/").body()).isEqualTo("ok");
        }
        rig.tellTries();
        assertThat(rig.view("s1").standing()).isEqualTo(Standing.EJECTED);
        assertThat(rig.view("s2").standing()).isEqualTo(Standing.SERVING);
    }

    @Test
    void brokenConnectionsCountAndSoDoesWhatIsNotHttp() throws Exception {
        assertThreeFailures(BREAKING);
        assertThreeFailures(peer -> {
            peer.head();
            peer.send("what?\r\n\r\n");
        });
    }

    @Test
    void responsesThatBreakOffCount() throws Exception {
        assertThreeFailures(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });
    }

    @Test
    void statusesCountWhereTheSettingNamesThem() throws Exception {
        RawServer.Script failing =
                peer -> {
                    while (!peer.head().isEmpty()) {
                        peer.send("HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n");
                    }
                };
        assertThreeFailures(failing);
        try (RawServer server = RawServer.of(failing);
                Rig rig = Rig.of(b -> Settings.eject(b, Eject.STANDARD), server)) {
            rig.proxy.passiveResults();
            request(rig);
            assertThat(rig.proxy.passiveResults()).as("not by default").isEmpty();
        }
    }

    @Test
    void answersThatDoNotComeInTimeCount() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        assertThreeFailures(
                EjectionTest::hasty,
                peer -> {
                    peer.head();
                    assertThat(over.await(10, TimeUnit.MINUTES)).isTrue();
                });
        over.countDown();
    }

    @Test
    void refusedConnectionsCountAndInTcpModeToo() throws Exception {
        RawServer dead = RawServer.answering("never");
        dead.kill();
        try (Rig rig = Rig.of(EjectionTest::ejecting, dead)) {
            rig.proxy.passiveResults();
            request(rig);
            assertThat(rig.proxy.passiveResults()).containsExactly(tries(dead, 1, 0));
        }
        try (RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(EjectionTest::ejecting, dead, alive)) {
            rig.frontend(Settings::tcp).load();
            rig.proxy.passiveResults();
            for (int i = 0; i < 4; i++) {
                try (RawClient client = rig.client()) {
                    assertThat(client.get("/").body()).isEqualTo("ok");
                }
            }
            List<ServerTries> told = rig.proxy.passiveResults();
            assertThat(told).hasSize(1);
            assertThat(told.getFirst().server().server()).isEqualTo("s1");
            assertThat(told.getFirst().failed()).isPositive();
        }
    }

    @Test
    void keptConnectionsThatTheServerClosesDoNotCount() throws Exception {
        RawServer.Script once =
                peer -> {
                    peer.head();
                    peer.answer("ok");
                    peer.head(); // Closed while the next request is on its way.
                };
        try (RawServer server = RawServer.of(once);
                Rig rig = Rig.of(EjectionTest::ejecting, server);
                RawClient client = rig.client()) {
            rig.proxy.passiveResults();
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
            assertThat(rig.proxy.passiveResults()).isEmpty();
        }
    }

    @Test
    void thatItAnswersAgainIsToldOnce() throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        try (RawServer server = RawServer.of(peer -> unless(well, peer));
                Rig rig = Rig.of(EjectionTest::ejecting, server)) {
            rig.proxy.passiveResults();
            request(rig);
            assertThat(rig.proxy.passiveResults()).containsExactly(tries(server, 1, 0));
            assertThat(rig.proxy.passiveResults()).isEmpty();
            well.set(true);
            request(rig);
            request(rig);
            assertThat(rig.proxy.passiveResults()).containsExactly(tries(server, 0, 2));
            request(rig);
            assertThat(rig.proxy.passiveResults()).isEmpty();
        }
    }

    @Test
    void whoWouldBeRefusedOtherwiseGetsTheEjectedServer() throws Exception {
        assertHelpsOut(EjectionTest::smallAndForLong, Duration.ZERO);
    }

    @Test
    void whoHasWaitedTooLongGetsTheEjectedServerToo() throws Exception {
        assertHelpsOut(EjectionTest::smallWithAQueue, QUEUE);
    }

    /** The ejected server answers who has waited so long for the other one, which is full. */
    private static void assertHelpsOut(UnaryOperator<Backend> settings, Duration waited)
            throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        try (RawServer ejected = RawServer.of(peer -> unless(well, peer));
                RawServer small = RawServer.of(peer -> slowly(busy, slow, peer));
                Rig rig = Rig.of(settings, ejected, small);
                RawClient client = rig.client();
                RawClient other = rig.client()) {
            rig.tellTries();
            ejectFirst(rig, client);
            well.set(true);
            other.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
            long asked = System.nanoTime();
            assertThat(client.get("/").body()).isEqualTo("well");
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(waited);
            slow.countDown();
            assertThat(other.response().body()).isEqualTo("ok");
            assertThat(client.get("/").body()).as("it has room again").isEqualTo("ok");

            small.kill();
            assertThat(client.get("/").body()).as("the other has failed it").isEqualTo("well");
            assertThat(rig.view("s1").standing()).isEqualTo(Standing.EJECTED);
        }
    }

    @Test
    void aStaleConnectionToAnEjectedServerThatIsTheLastIsReplaced() throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        RawServer.Script failing =
                peer -> {
                    String head = peer.head();
                    boolean began = well.get();
                    while (!head.isEmpty() && began == well.get()) {
                        peer.send(began ? WELL : "HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n");
                        head = peer.head();
                    }
                };
        try (RawServer ejected = RawServer.of(failing);
                RawServer other = RawServer.answering("ok");
                Rig rig = Rig.of(EjectionTest::smallAndForLong, ejected, other);
                RawClient client = rig.client()) {
            rig.tellTries();
            for (int i = 0; i < 20; i++) {
                client.get("/");
            }
            assertThat(rig.tellTries().view("s1").standing()).isEqualTo(Standing.EJECTED);
            int connections = ejected.connections();
            well.set(true);
            other.kill();
            assertThat(client.get("/").body()).isEqualTo("well");
            assertThat(ejected.connections()).as("one more").isEqualTo(connections + 1);
        }
    }

    @Test
    void aRequestThatFailsInTwoWaysCountsOnce() throws Exception {
        assertThreeFailures(peer -> {
            peer.head();
            peer.send("HTTP/1.1 503 Oh\r\nContent-Length: 10\r\n\r\nhalf");
        });
    }

    @Test
    void whatFailedAtAnotherAddressIsNotHeldAgainstAServer() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        RawServer.Script breaking =
                peer -> {
                    if (peer.head().startsWith("GET /slow")) {
                        assertThat(over.await(10, TimeUnit.MINUTES)).isTrue();
                    }
                    peer.socket.setSoLinger(true, 0);
                };
        try (RawServer old = RawServer.of(breaking);
                RawServer replacing = RawServer.of(breaking);
                Rig rig = Rig.of(EjectionTest::ejecting, old);
                RawClient slow = rig.client()) {
            rig.proxy.passiveResults();
            request(rig);
            slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("it is asked", () -> old.heads().size() == 2);
            rig.backend("app", moved(rig.backend("app"), replacing)).load();
            assertThat(rig.proxy.passiveResults()).isEmpty();
            over.countDown();
            assertThat(slow.response().status()).isEqualTo(502);
            assertThat(rig.proxy.passiveResults()).isEmpty();
            request(rig);
            assertThat(rig.proxy.passiveResults()).hasSize(1);
        }
    }

    private static Backend moved(Backend backend, RawServer to) {
        return Settings.servers(backend, _ -> Server.at(to.address()));
    }

    /** Answers {@code /slow} when it is let. */
    private static void slowly(CountDownLatch busy, CountDownLatch let, RawServer.Peer peer)
            throws IOException, InterruptedException {
        for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
            if (head.startsWith("GET /slow")) {
                busy.countDown();
                assertThat(let.await(10, TimeUnit.MINUTES)).isTrue();
            }
            peer.answer("ok");
        }
    }

    /** Breaks the connection, or answers. */
    private static void unless(AtomicBoolean well, RawServer.Peer peer) throws IOException {
        while (!peer.head().isEmpty() && well.get()) {
            peer.answer("well");
        }
        peer.socket.setSoLinger(true, 0);
    }

    private static void assertThreeFailures(RawServer.Script script) throws Exception {
        assertThreeFailures(EjectionTest::ejecting, script);
    }

    private static void assertThreeFailures(
            UnaryOperator<Backend> settings, RawServer.Script script) throws Exception {
        try (RawServer server = RawServer.of(script);
                Rig rig = Rig.of(settings, server)) {
            rig.proxy.passiveResults();
            for (int i = 0; i < 3; i++) {
                request(rig);
            }
            assertThat(rig.proxy.passiveResults()).containsExactly(tries(server, 3, 0));
        }
    }

    /** Sends a request, and waits for its end, whatever that is. */
    private static void request(Rig rig) throws IOException {
        try (RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            client.in.readAllBytes();
        } catch (SocketException e) {
            assertThat(e).as("broken off, which is an end, too").hasMessageContaining("reset");
        }
        Rig.eventually("it ended", () -> rig.proxy.connections.exchanges.get() == 0);
    }

    /** What came of the requests that {@code s1} was given. */
    private static ServerTries tries(RawServer first, long failed, long answered) {
        return new ServerTries(new ServerId("app", "s1"), first.address(), failed, answered);
    }

    private static Backend ejecting(Backend backend) {
        return Settings.eject(backend, rule(BASE));
    }

    private static Backend hasty(Backend backend) {
        Duration response = Duration.ofMillis(300);
        return Settings.timeouts(ejecting(backend), response, response, response, response);
    }

    /** One request at a time, and none waits. */
    private static Backend smallAndForLong(Backend backend) {
        return Settings.maxQueue(
                Settings.servers(
                        Settings.eject(backend, rule(Duration.ofMinutes(5))),
                        server -> Settings.maxConnections(server, 1)),
                0);
    }

    /** One request at a time; others wait for {@link #QUEUE}. */
    private static Backend smallWithAQueue(Backend backend) {
        Duration longer = Duration.ofMinutes(5);
        return Settings.timeouts(
                Settings.maxQueue(smallAndForLong(backend), 10), longer, longer, longer, QUEUE);
    }

    private static Eject rule(Duration base) {
        return new Eject(
                5,
                Duration.ofSeconds(10),
                List.of(500, 503),
                base,
                Duration.ofMinutes(10),
                new Percent(0.5));
    }
}
