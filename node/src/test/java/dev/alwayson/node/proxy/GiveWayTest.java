package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.ServerState;
import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * More connections than there are descriptors for. Crowds are large enough for both loops of the
 * rig to have their part of them.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GiveWayTest {

    /** Sockets that listen: one for each loop of the rig. */
    private static final int LISTENING = 2;

    /** Octets of a long answer. */
    private static final int LONG = 16 << 10;

    private static final String CUT = "alwayson_client_connections_cut";

    private final BufferMemory memory = new BufferMemory(new PooledByteBufAllocator(true), 1 << 30);
    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void leave() throws IOException {
        held.countDown();
        for (RawClient client : clients) {
            client.close();
        }
    }

    private RawClient come(Rig rig, String address) throws IOException {
        RawClient client = new RawClient(address, rig.port());
        clients.add(client);
        return client;
    }

    /** So many that ask once, one after the other, and stay. */
    private void crowd(Rig rig, String address, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(come(rig, address).get("/").status()).isEqualTo(200);
        }
    }

    /**
     * Answers at once, but to {@code /held} when the test says so; to {@code /long/N} at length.
     */
    private RawServer server() throws IOException {
        return RawServer.of(peer -> {
            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                if (head.startsWith("GET /held ")) {
                    held.await();
                }
                peer.answer(head.startsWith("GET /long/") ? longAnswer(head) : "ok");
            }
        });
    }

    /** No two numbers have the same. */
    private static String longAnswer(String head) {
        String number = head.substring("GET /long/".length(), head.indexOf(" HTTP/"));
        return (number + ";").repeat(LONG).substring(0, LONG);
    }

    private Rig full(int connections, int idle, RawServer server) {
        DescriptorShares shares = new DescriptorShares(LISTENING + connections, idle);
        return Rig.of(shares, memory, backend -> backend, server);
    }

    /** Keeps what the proxy says in the node's log, until closed. */
    private static final class Told extends AppenderBase<ILoggingEvent> implements AutoCloseable {

        private final Logger proxy = (Logger) LoggerFactory.getLogger(Proxy.class);
        private final List<String> lines;

        Told(List<String> lines) {
            this.lines = lines;
            start();
            proxy.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line.getFormattedMessage());
        }

        @Override
        public void close() {
            proxy.detachAppender(this);
        }
    }

    private static double gaveWay(Rig rig) {
        return ClientLimitsTest.counted(rig, CUT, "descriptors");
    }

    private static void ask(RawClient client, String path) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static boolean turnedAway(Rig rig) {
        try (RawClient client = rig.client()) {
            return client.get("/").status() != 200;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void howManySocketsThereAreAndMayBeIsShown() throws Exception {
        try (RawServer server = server();
                Rig rig = full(100, 10, server)) {
            assertThat(sockets(rig)).isEqualTo(Map.of("used", 2.0, "idle", 0.0, "limit", 102.0));
            crowd(rig, "127.0.0.1", 1);
            Rig.eventually(
                    "a client's, and an unused one to the server",
                    () -> sockets(rig).equals(Map.of("used", 4.0, "idle", 1.0, "limit", 102.0)));
        }
    }

    /** By kind. */
    private static Map<String, Double> sockets(Rig rig) {
        return rig.proxy.metrics().stream()
                .flatMap(collector -> collector.collect().stream())
                .filter(metric -> metric.getMetadata().getName().equals("alwayson_sockets"))
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .collect(
                        Collectors.toMap(
                                point -> requireNonNull(point.getLabels().get("kind")),
                                GaugeDataPointSnapshot::getValue));
    }

    @Test
    void whoeverComesIsServedAndTheLongestIdleMakeRoom() throws Exception {
        try (RawServer server = server();
                Rig rig = full(100, 10, server)) {
            crowd(rig, "127.0.0.1", 200);

            assertThat(gaveWay(rig)).isBetween(110.0, 199.0);
            assertThat(rig.proxy.clients("web")).isLessThan(90);
            assertThat(ClientLimitsTest.refused(rig, "descriptors")).isZero();
            assertThat(clients.getFirst().in.read()).as("of the longest idle one").isNegative();
            assertThat(clients.getLast().get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void whoeverIsAtWorkStaysAndThenNobodyElseComes() throws Exception {
        try (RawServer server = server();
                Rig rig = full(44, 4, server)) {
            for (int i = 1; i <= 20; i++) {
                int busy = i;
                ask(come(rig, "127.0.0.1"), "/held");
                Rig.eventually("the server has it", () -> server.heads().size() == busy);
            }
            assertThat(turnedAway(rig)).isTrue();
            assertThat(ClientLimitsTest.refused(rig, "descriptors")).isEqualTo(1);
            assertThat(gaveWay(rig)).isZero();

            held.countDown();
            for (RawClient client : clients) {
                assertThat(client.response().status()).isEqualTo(200);
            }
            assertThat(turnedAway(rig)).isFalse();
        }
    }

    @Test
    void aConnectionToAServerFindsRoomTooWhereClientsAreIdle() throws Exception {
        try (RawServer server = server();
                Rig rig = full(140, 10, server)) {
            crowd(rig, "127.0.0.1", 100);
            List<RawClient> busy = List.copyOf(clients.subList(50, 100));
            int before = server.heads().size();
            for (RawClient client : busy) {
                ask(client, "/held");
            }
            Rig.eventually("the server has all", () -> server.heads().size() == before + 50);
            assertThat(gaveWay(rig)).isGreaterThanOrEqualTo(10);

            // The servers have taken what clients leave to them: who comes takes another's place.
            double made = gaveWay(rig);
            crowd(rig, "127.0.0.1", 10);
            assertThat(gaveWay(rig)).isBetween(made + 10, made + 20);
            assertThat(ClientLimitsTest.refused(rig, "descriptors")).isZero();

            held.countDown();
            for (RawClient client : busy) {
                assertThat(client.response().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void unusedConnectionsToServersMakeRoomToo() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        try (RawServer drained = server();
                RawServer other =
                        RawServer.of(peer -> {
                            peer.head();
                            later.await();
                            peer.answer("ok");
                        });
                Rig rig =
                        Rig.of(
                                        new DescriptorShares(LISTENING + 50, 20),
                                        backend -> backend,
                                        drained,
                                        other)
                                .state("s2", ServerState.DRAIN)) {
            for (int i = 0; i < 20; i++) {
                come(rig, "127.0.0.1");
            }
            Rig.eventually("they are there", () -> rig.proxy.clients("web") == 20);
            for (RawClient client : clients) { // With the beginning of the next: never idle.
                client.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n");
            }
            Rig.eventually("the server has all", () -> drained.heads().size() == 20);
            held.countDown();
            for (RawClient client : clients) {
                assertThat(client.response().status()).isEqualTo(200);
            }
            rig.state("s2", ServerState.READY).state("s1", ServerState.DRAIN);
            for (RawClient client : clients) {
                client.send("Host: h\r\n\r\n");
            }
            Rig.eventually("the other server has all", () -> other.heads().size() == 20);
            assertThat(gaveWay(rig)).isZero();
            later.countDown();
            for (RawClient client : clients) {
                assertThat(client.response().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whereNobodyIsIdleARequestWithoutRoomForAServerIsToldSo() throws Exception {
        try (RawServer server = server();
                Rig rig = full(6, 2, server)) {
            for (int i = 0; i < 4; i++) {
                come(rig, "127.0.0.1").send("GET /held HTTP/1.1\r\n");
            }
            Rig.eventually("they are there", () -> rig.proxy.clients("web") == 4);
            for (int i = 1; i <= 2; i++) {
                int busy = i;
                clients.get(i).send("Host: h\r\n\r\n");
                Rig.eventually("the server has it", () -> server.heads().size() == busy);
            }
            List<String> log = new CopyOnWriteArrayList<>();
            RawClient.Response told;
            try (Told _ = new Told(log)) {
                told = clients.get(3).send("Host: h\r\n\r\n").response();
            }
            assertThat(log)
                    .singleElement()
                    .asString()
                    .matches(
                            ".*: no connection can be made, which says nothing about the server: all"
                                    + " \\d+ places for sockets are taken; requests are tried on"
                                    + " others; raise LimitNOFILE= of the unit, or ulimit -n");
            assertThat(told.status()).isEqualTo(503);
            assertThat(told.header("Proxy-Status"))
                    .isEqualTo("alwayson; error=proxy_internal_error");

            held.countDown();
            assertThat(clients.get(1).response().status()).isEqualTo(200);
            assertThat(clients.get(2).response().status()).isEqualTo(200);
            clients.getFirst().close();
            Rig.eventually("there is room", () -> rig.proxy.clients("web") == 3);
            assertThat(clients.get(3).get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void whoeverStillTakesItsLastAnswersIsPassedOver() throws Exception {
        try (RawServer server = server();
                Rig rig = full(40, 4, server)) {
            RawClient slow = come(rig, "127.0.0.1");
            int asked = 0;
            // More than one answer: the newest may be about to be written.
            while (memory.usedBytes() < 3 * LONG) {
                ask(slow, "/long/" + ++asked);
                int wanted = asked;
                Rig.eventually("the server has it", () -> server.heads().size() == wanted);
                Rig.eventually("it ends", () -> rig.proxy.connections.exchanges.get() == 0);
            }

            crowd(rig, "127.0.0.1", 80);
            assertThat(gaveWay(rig)).isBetween(41.0, 79.0);
            assertThat(ClientLimitsTest.refused(rig, "descriptors")).isZero();

            for (int i = 1; i <= asked; i++) {
                RawClient.Response answer = slow.response();
                assertThat(answer.body()).isEqualTo(longAnswer("GET /long/" + i + " HTTP/1.1"));
            }
            assertThat(slow.get("/").status()).as("its connection stays").isEqualTo(200);
        }
    }

    @Test
    void anAddressThatIsListenedOnFindsRoomTooWhereClientsAreIdle() throws Exception {
        try (RawServer server = server();
                Rig rig = full(100, 10, server)) {
            crowd(rig, "127.0.0.1", 200);
            double before = gaveWay(rig);
            rig.frontend(f -> Settings.bind(f, f.bind().getFirst(), FreeAddress.find())).load();

            assertThat(gaveWay(rig)).isEqualTo(before + LISTENING);
            assertThat(rig.proxy.room().taken()).isLessThanOrEqualTo(100 + LISTENING);
            assertThat(clients.getLast().get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void nobodyMakesRoomForOneAboveALimitOfItsOwn() throws Exception {
        try (RawServer server = server();
                Rig rig = full(44, 4, server)) {
            rig.frontend(f -> Settings.clients(f, new ClientLimits(0, 10, 0, 0, List.of()))).load();
            for (int i = 2; i <= 6; i++) {
                crowd(rig, "127.0.0." + i, 10);
            }
            double before = gaveWay(rig);
            assertThat(before).isPositive();
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient("127.0.0.6", rig.port())) {
                    assertThat(client.in.read()).isNegative();
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
            }
            assertThat(ClientLimitsTest.refused(rig, "max-connections-per-address")).isEqualTo(20);
            assertThat(gaveWay(rig)).isEqualTo(before);
        }
    }
}
