package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    @TempDir private Path folder;
    private WebServer server;
    private int port;

    @BeforeEach
    void aServer() throws IOException {
        List<Integer> ports = FreePort.find(2);
        port = ports.get(0);
        server = WebServer.start("web1", ports.get(1));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RunningNode start(String unreadyTime) {
        String file =
                """
                frontends:
                  web: {bind: "127.0.0.1:%d", backend: shop}
                backends:
                  shop:
                    health-check: {http: /health, interval: 500ms, timeout: 500ms}
                    servers:
                      web1: "127.0.0.1:%d"
                shutdown: {unready-time: %s}
                """
                        .formatted(port, server.port(), unreadyTime);
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

    private boolean nobodyListens() {
        return RawClient.refused(port);
    }
}
