package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.hosts.Host;
import dev.alwayson.e2e.hosts.HostProcess;
import dev.alwayson.e2e.hosts.PrivateNetwork;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node is told to stop while requests run. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopTest {

    private static final Duration END = Duration.ofSeconds(20);

    /** So slow that a handshake takes some tenths of a second while all of the clients talk. */
    private static final int SLOW_KILOBITS = 400;

    /** 30 clients, each with one connection after the other until one fails. */
    private static final String CLIENTS =
            """
            for client in $(seq 30); do
                code=0
                while [ $code = 0 ]; do
                    curl --silent --fail --max-time 20 --output /dev/null "$1"
                    code=$?
                    echo curl $code
                done &
            done
            wait
            """;

    /** Exit codes of curl(1). */
    private static final String ANSWERED = "curl 0";

    private static final String REFUSED = "curl 7";

    @TempDir private Path folder;
    private WebServer server;
    private int port;

    @BeforeEach
    void aServer() throws IOException {
        port = FreePort.one();
        server = WebServer.start("web1");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RunningNode start(String unreadyTime) {
        return start("127.0.0.1", unreadyTime);
    }

    private RunningNode start(String address, String unreadyTime) {
        String file =
                """
                frontends:
                  web: {bind: "%s:%d", backend: shop}
                backends:
                  shop:
                    health-check: {http: /health, interval: 500ms, timeout: 500ms}
                    servers:
                      web1: "127.0.0.1:%d"
                shutdown: {unready-time: %s}
                """
                        .formatted(address, port, server.port(), unreadyTime);
        RunningNode node = RunningNode.start(folder.resolve("node"), file);
        node.awaitStatus("healthy", healthIs("healthy", "shop", "web1"));
        return node;
    }

    /** A request whose answer the server holds back; it is there when this returns. */
    private CompletableFuture<Answer> slowRequest() {
        var answer = new CompletableFuture<Answer>();
        Thread.ofVirtual()
                .start(() -> {
                    try (RawClient client = RawClient.open(port)) {
                        answer.complete(client.get("/slow"));
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                });
        Patience.await("the server has the slow request", () -> server.held() == 1);
        return answer;
    }

    /**
     * Below the number of a socket that somebody waits on, Java cannot wake who waits: the admin
     * server's listener does not end.
     */
    @Test
    void whereDescriptorsAreShortItEndsAllTheSame() {
        try (RunningNode node = start("0s")) {
            node.allowDescriptors(10);

            node.signal("TERM");

            assertThat(node.awaitEnd(END)).isZero();
            assertThat(node.log()).contains("test has stopped").doesNotContain("did not close");
        }
    }

    @Test
    void whatRunsIsFinishedAndNothingNewIsTaken() throws Exception {
        try (RunningNode node = start("0s")) {
            CompletableFuture<Answer> slow = slowRequest();

            node.signal("TERM");
            Patience.await("it is not ready", () -> !node.ready());
            Patience.await("it takes nothing new", this::nobodyListens);
            assertThat(node.status().path("notReady").asString("")).isEqualTo("stopping");
            assertThat(node.running()).as("while a request runs").isTrue();
            assertThat(slow).isNotDone();
            server.release();

            assertThat(slow.get(20, TimeUnit.SECONDS).body()).isEqualTo("web1");
            assertThat(slow.get().closing()).as("says that the connection ends").isTrue();
            assertThat(node.awaitEnd(END)).isZero();
            assertThat(node.log()).contains("stopping, asked by SIGTERM");
            assertThat(nobodyListens()).isTrue();
        }
    }

    @Test
    void whoLooksAtReadinessLosesNoRequest() {
        try (RunningNode node = start("5s");
                Load keeping = Load.on(port, Load.Habit.KEEP, 8);
                Load closing = Load.on(port, Load.Habit.CLOSE, 4)) {
            keeping.awaitMore(200);

            node.signal("TERM");
            Patience.await("it is not ready", () -> !node.ready());
            keeping.awaitMore(50);
            keeping.stop();
            closing.stop();

            assertThat(keeping.failures()).isEmpty();
            assertThat(closing.failures()).isEmpty();
            assertThat(node.awaitEnd(END)).isZero();
        }
    }

    @Test
    void whoHasConnectedIsStillServed() throws IOException {
        try (RunningNode node = start("0s");
                RawClient late = RawClient.open(port)) {
            CompletableFuture<Answer> slow = slowRequest();
            node.signal("TERM");
            Patience.await("it takes nothing new", this::nobodyListens);

            Answer answer = late.get("/");
            server.release();

            assertThat(answer.body()).isEqualTo("web1");
            assertThat(answer.closing()).isTrue();
            assertThat(slow.join().status()).isEqualTo(200);
            assertThat(node.awaitEnd(END)).isZero();
        }
    }

    @Test
    void aSecondSignalClosesAtOnce() {
        try (RunningNode node = start("0s")) {
            CompletableFuture<Answer> slow = slowRequest();
            node.signal("TERM");
            Patience.await("it takes nothing new", this::nobodyListens);
            long echoOver = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            Patience.await("no echo comes as late", () -> System.nanoTime() - echoOver > 0);
            assertThat(slow).isNotDone();

            node.signal("TERM");

            assertThat(node.awaitEnd(END)).isEqualTo(128 + 15);
            assertThatThrownBy(slow::join).hasCauseInstanceOf(IOException.class);
            assertThat(nobodyListens()).isTrue();
        }
    }

    @Test
    void whatDoesNotEndIsCutAfterTheTime() {
        try (RunningNode node = start("0s, timeout: 1s")) {
            CompletableFuture<Answer> slow = slowRequest();

            node.signal("TERM");

            assertThat(node.awaitEnd(END)).isZero();
            assertThatThrownBy(slow::join).hasCauseInstanceOf(IOException.class);
            assertThat(node.log()).contains("did not end within 1s and are cut: 1\n");
        }
    }

    @Test
    void whoIsStillConnectingOverASlowCableIsServed() {
        try (PrivateNetwork network = PrivateNetwork.open();
                RunningNode node = start(network.testAddress(), "0s")) {
            Host host = network.host("clients");
            host.throttle(SLOW_KILOBITS);
            String url = "http://" + network.testAddress() + ":" + port + "/";
            HostProcess clients = host.start("sh", "-c", CLIENTS, "clients", url);
            Patience.await("many are answered", () -> ended(clients, ANSWERED) > 100);

            node.signal("TERM");

            assertThat(node.awaitEnd(END)).isZero();
            clients.awaitExit(END);
            assertThat(ended(clients, REFUSED)).isEqualTo(30);
            assertThat(clients.output().lines()).containsOnly(ANSWERED, REFUSED);
        }
    }

    private static long ended(HostProcess clients, String how) {
        return clients.output().lines().filter(how::equals).count();
    }

    private boolean nobodyListens() {
        return RawClient.refused(port);
    }
}
