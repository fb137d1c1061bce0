package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that make the proxy's buffers hold more than they may, each in another way. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScarceMemoryTest {

    private static final int CLIENTS = 100;
    private static final int PIECE = 16 << 10;

    /** More than one answer holds: the newest may be about to be written. */
    private static final int SOME_WAIT = 3 * PIECE;

    private static final Duration LONG = Duration.ofMinutes(10);

    private final BufferMemory memory =
            new BufferMemory(new PooledByteBufAllocator(true), 512 << 10);
    private final Exhaustible allocator = new Exhaustible();
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private Rig rig(UnaryOperator<Backend> settings, RawServer server) {
        return rig(memory, settings.andThen(ScarceMemoryTest::patient)::apply, server);
    }

    /** With ample memory, until the allocator is told to be exhausted. */
    private Rig exhaustible(UnaryOperator<Backend> settings, RawServer... servers) {
        return rig(new BufferMemory(allocator, 1 << 30), settings, servers);
    }

    private static Rig rig(
            BufferMemory memory, UnaryOperator<Backend> settings, RawServer... servers) {
        return Rig.of(new DescriptorShares(10_000, 1_000), memory, settings, servers);
    }

    private static Backend patient(Backend b) {
        return Settings.timeouts(b, LONG, LONG, LONG, LONG);
    }

    private RawClient join(Rig rig) throws IOException {
        RawClient client = rig.client();
        clients.add(client);
        return client;
    }

    private void assertRelieved(Rig rig) {
        Rig.eventually("some are closed", () -> cut(rig) > 0);
        Rig.eventually("there is room", () -> memory.usedBytes() <= memory.limitBytes());
        assertThat(cut(rig)).as("those that there is no room for").isLessThan(CLIENTS);
    }

    private static double cut(Rig rig) {
        return ClientLimitsTest.counted(rig, "alwayson_client_connections_cut");
    }

    @Test
    void thoseWhoseLongHeadsWaitForAnswersAreClosed() throws Exception {
        String head = "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(30_000) + "\r\n\r\n";
        try (RawServer server = RawServer.of(peer -> peer.in.readAllBytes());
                Rig rig = rig(backend -> backend, server)) {
            for (int i = 0; i < CLIENTS; i++) {
                join(rig).send(head);
            }
            assertRelieved(rig);
        }
    }

    @Test
    void thoseWhoHoldLargeBuffersByAnOctetAreClosed() throws Exception {
        String post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n";
        RawServer.Script script =
                peer -> {
                    while (!peer.head().isEmpty()) {
                        peer.in.skipNBytes(400_000);
                        peer.answer("taken");
                    }
                };
        try (RawServer server = RawServer.of(script);
                Rig rig = rig(backend -> backend, server)) {
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = join(rig).send(post + "x".repeat(400_000));
                assertThat(client.response().body()).isEqualTo("taken");
                client.send("G");
            }
            assertRelieved(rig);
        }
    }

    @Test
    void thoseWhoHaveSaidAllBeforeThereIsAServerAreClosed() throws Exception {
        try (FullServer server = new FullServer();
                Rig rig = rig(memory, backend -> backend)) {
            Backend full = Backend.of(Map.of("s1", Server.at(server.address())));
            rig.backend("app", patient(Settings.unchecked(full))).frontend(Settings::tcp).load();
            join(rig); // For it nothing is held.
            for (int i = 1; i < CLIENTS; i++) {
                join(rig).send("x".repeat(50_000)).socket.shutdownOutput();
            }
            assertRelieved(rig);
            assertThat(rig.proxy.clients("web")).isPositive();
        }
    }

    private static Backend oneAtATime(Backend b) {
        return Settings.servers(b, server -> Settings.maxConnections(server, 1));
    }

    @Test
    void deadlinesAreKeptAfterATimeWithoutAnyMemory() throws Exception {
        try (RawServer server = RawServer.of(peer -> peer.in.readAllBytes());
                Rig rig = exhaustible(ScarceMemoryTest::shortQueue, server)) {
            for (int i = 0; i < 8; i++) {
                join(rig).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            Rig.eventually("all but one wait", () -> rig.proxy.queued("app") == 7);
            allocator.exhausted = true;
            Rig.eventually("they wait no longer", () -> rig.proxy.queued("app") == 0);
            allocator.exhausted = false;
            Rig.eventually(
                    "who could not be told is not kept",
                    () -> rig.proxy.connections.clients.get() == 1);
            List<RawClient> later = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                later.add(join(rig).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            for (RawClient client : later) {
                assertThat(client.response().status()).isEqualTo(503);
            }
        }
    }

    private static Backend shortQueue(Backend b) {
        return Settings.timeouts(oneAtATime(b), LONG, LONG, LONG, Duration.ofSeconds(2));
    }

    @Test
    void whoCannotBeAnsweredWithItsPlaceDoesNotHoldUpWhoGaveItBack() throws Exception {
        try (RawServer server = RawServer.of(peer -> peer.in.readAllBytes());
                Rig rig = exhaustible(ScarceMemoryTest::shortAnswer, server)) {
            join(rig).send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("it has the server", () -> server.connections() == 1);
            for (int i = 0; i < 8; i++) {
                join(rig).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            Rig.eventually("the others wait", () -> rig.proxy.queued("app") == 8);
            rig.backend("app", Settings.redirecting(rig.backend("app"))).load();
            allocator.exhausted = true;
            Rig.eventually(
                    "the first had its time", () -> rig.proxy.connections.clients.get() == 0);
            allocator.exhausted = false;
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoCannotBeAnsweredElsewhereKeepsNoOtherAtAServerThatIsDown() throws Exception {
        try (RawServer down = RawServer.of(peer -> peer.in.readAllBytes());
                RawServer up = RawServer.of(peer -> peer.in.readAllBytes());
                Rig rig = exhaustible(b -> patient(Settings.checked(b)), down, up)) {
            rig.health(down.address(), true).health(up.address(), true);
            for (int i = 0; i < 16; i++) {
                join(rig).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            Rig.eventually("all are sent", () -> down.connections() + up.connections() == 16);
            rig.backend("app", Settings.redirecting(rig.backend("app"))).load();
            allocator.exhausted = true;
            rig.health(down.address(), false);
            allocator.exhausted = false;
            Rig.eventually(
                    "only the others are left",
                    () -> rig.proxy.connections.clients.get() == up.connections());
        }
    }

    /** A POST with its first server, a GET with the other one, which refuses the connection. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET"})
    void whoCannotBeToldThatItsServersFailedIsClosedAtOnce(String method) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        RawServer.Script ending =
                peer -> {
                    peer.head();
                    end.await();
                };
        try (RawServer server = RawServer.of(ending);
                Rig rig = exhaustible(ScarceMemoryTest::patient, server)) {
            Server refusing = Settings.backup(Server.at(FreeAddress.find()));
            rig.backend("app", Settings.also(rig.backend("app"), "s2", refusing)).load();
            join(rig).send(method + " / HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("it is sent", () -> server.heads().size() == 1);
            allocator.exhausted = true;
            end.countDown();
            Rig.eventually("it is closed", () -> rig.proxy.connections.clients.get() == 0);
            allocator.exhausted = false;
            rig.assertNothingLeft();
        }
    }

    /** An answer without a length ends with its connection, so only a reset tells what is cut. */
    @Test
    void whoseEndCannotBeReadDoesNotTakeWhatItGotForAll() throws Exception {
        RawServer.Script half =
                peer -> {
                    peer.head();
                    peer.send("HTTP/1.0 200 OK\r\n\r\nhalf");
                    peer.in.readAllBytes();
                };
        try (RawServer server = RawServer.of(half);
                Rig rig = exhaustible(ScarceMemoryTest::patient, server)) {
            RawClient client = join(rig).send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.in.readNBytes(4), StandardCharsets.US_ASCII))
                    .isEqualTo("half");
            allocator.exhausted = true;
            client.socket.shutdownOutput();
            assertThatThrownBy(client.in::readAllBytes).isInstanceOf(SocketException.class);
            allocator.exhausted = false;
            rig.assertNothingLeft();
        }
    }

    private static Backend shortAnswer(Backend b) {
        return Settings.timeouts(oneAtATime(b), LONG, Duration.ofSeconds(2), LONG, LONG);
    }

    /** As above, an answer that only its connection ends. */
    @Test
    void anAnswerThatIsCutWhileItsLastOctetsWaitIsNotTakenForWhole() throws Exception {
        String octets = "x".repeat(PIECE);
        RawServer.Script script =
                peer -> {
                    while (peer.head().startsWith("GET /first ")) {
                        peer.answer(octets);
                    }
                    peer.send("HTTP/1.0 200 OK\r\n\r\n" + octets);
                };
        RawClient client;
        try (RawServer server = RawServer.of(script);
                Rig rig = rig(backend -> backend, server)) {
            client = join(rig);
            int asked = 0;
            while (memory.usedBytes() < SOME_WAIT) {
                client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
                answered(rig, server, ++asked);
            }
            client.send("GET /last HTTP/1.0\r\n\r\n");
            answered(rig, server, ++asked);
        }
        assertThatThrownBy(client.in::readAllBytes).isInstanceOf(SocketException.class);
    }

    /** Then all of the answer is the client's kernel's, or waits for it in the proxy. */
    private static void answered(Rig rig, RawServer server, int asked) {
        Rig.eventually("it is asked", () -> server.heads().size() == asked);
        Rig.eventually("it has answered", () -> rig.proxy.connections.exchanges.get() == 0);
    }
}
