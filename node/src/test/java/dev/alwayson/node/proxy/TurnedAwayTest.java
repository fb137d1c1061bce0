package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A client of a frontend in tcp mode that gets no server is counted and told, with the reason. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnedAwayTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(FrontendClients.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void listen() {
        told.list = new CopyOnWriteArrayList<>();
        told.start();
        log.addAppender(told);
    }

    @AfterEach
    void end() {
        over.countDown();
        log.detachAppender(told);
    }

    /** Holds each connection until the test is over. */
    private RawServer server() throws Exception {
        return RawServer.of(peer -> {
            came.countDown();
            over.await();
        });
    }

    /** One place, and so long in the queue. */
    private static Rig onePlace(RawServer server, int maxQueue, Duration queue) {
        Duration longer = Duration.ofMinutes(1);
        return Rig.of(
                        b ->
                                Settings.maxQueue(
                                        Settings.timeouts(
                                                Settings.servers(
                                                        b, s -> Settings.maxConnections(s, 1)),
                                                longer,
                                                longer,
                                                longer,
                                                queue),
                                        maxQueue),
                        server)
                .frontend(Settings::tcp)
                .load();
    }

    private void assertTurnedAway(Rig rig, String reason) throws IOException {
        try (RawClient client = rig.client()) {
            assertThat(client.closed()).isTrue();
        }
        assertCounted(rig, reason);
    }

    private void assertCounted(Rig rig, String reason) {
        Rig.eventually("it is counted", () -> ClientLimitsTest.refused(rig, reason) == 1);
        assertThat(ClientLimitsTest.counted(rig, "alwayson_client_connections_refused"))
                .as("by no other reason")
                .isEqualTo(1);
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "frontend web: a connection from 127.0.0.1 was closed, for no server took"
                                + " it: "
                                + reason);
    }

    @Test
    void forTheQueueIsFull() throws Exception {
        try (RawServer server = server();
                Rig rig = onePlace(server, 0, Duration.ofMinutes(1));
                RawClient _ = rig.client()) {
            came.await();
            assertTurnedAway(rig, "queue-full");
        }
    }

    @Test
    void forItWaitedTooLong() throws Exception {
        try (RawServer server = server();
                Rig rig = onePlace(server, 1, Duration.ofMillis(100));
                RawClient _ = rig.client()) {
            came.await();
            assertTurnedAway(rig, "queue-timeout");
        }
    }

    @Test
    void forNoServerMayServe() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(server).frontend(Settings::tcp).load()) {
            rig.state("s1", ServerState.MAINT);
            assertTurnedAway(rig, "no-server");
        }
    }

    @Test
    void forNoServerCouldBeConnectedTo() throws Exception {
        RawServer gone = server();
        try (Rig rig = Rig.of(gone).frontend(Settings::tcp).load()) {
            gone.close();
            assertTurnedAway(rig, "connect-refused");
        }
    }

    @Test
    void forNoWayLeadsToAServer() throws Exception {
        HostAndPort nowhere = new HostAndPort("127.255.255.255", 80); // For broadcasts.
        try (RawServer server = server();
                Rig rig = Rig.of(b -> Settings.servers(b, _ -> Server.at(nowhere)), server)) {
            rig.frontend(Settings::tcp).load();
            assertTurnedAway(rig, "connect-unreachable");
        }
    }

    @Test
    void forTheChecksFoundTheLastServerDownWhileItWasConnectedTo() throws Exception {
        try (FullServer full = new FullServer();
                RawServer server = server();
                Rig rig =
                        Rig.of(
                                        b ->
                                                Settings.servers(
                                                        Settings.checkedAndConnectingForLong(b),
                                                        _ -> Server.at(full.address())),
                                        server)
                                .frontend(Settings::tcp)
                                .load()) {
            rig.health(full.address(), true);
            try (RawClient client = rig.client()) {
                Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
                rig.health(full.address(), false);
                assertThat(client.closed()).isTrue();
            }
            assertCounted(rig, "server-down");
            rig.assertNothingLeft();
        }
    }

    @Test
    void forNoServersNameResolves() throws Exception {
        try (RawServer server = server();
                Rig rig = Rig.of(server)) {
            rig.backend(
                            "app",
                            Settings.servers(
                                    rig.backend("app"),
                                    _ -> Server.at(new HostAndPort("nowhere.example", 80))))
                    .frontend(Settings::tcp)
                    .load();
            assertTurnedAway(rig, "unresolved");
        }
    }

    @Test
    void notSoAClientThatLeavesTheQueue() throws Exception {
        try (RawServer server = server();
                Rig rig = onePlace(server, 1, Duration.ofMinutes(1));
                RawClient _ = rig.client()) {
            came.await();
            try (RawClient _ = rig.client()) {
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
            }
            Rig.eventually("it has left", () -> rig.proxy.queued("app") == 0);
            assertThat(ClientLimitsTest.counted(rig, "alwayson_client_connections_refused"))
                    .isZero();
            assertThat(ClientLimitsTest.counted(rig, "alwayson_client_connections_accepted"))
                    .isEqualTo(2);
            assertThat(told.list).isEmpty();
        }
    }
}
