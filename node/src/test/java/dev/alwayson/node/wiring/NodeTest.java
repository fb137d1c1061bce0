package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.alwayson.config.Environment;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.time.Moment;
import dev.alwayson.node.journal.SqliteJournal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A whole node, except for its data path, with a server that it checks by TCP. */
final class NodeTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final ServerId WEB1 = new ServerId("shop", "web1");
    private static final Environment ENVIRONMENT =
            new Environment(Optional.of("lb1"), Optional.empty(), Map.of());

    @TempDir private Path folder;
    private ServerSocket web1;
    private QuietPath path = new QuietPath();

    @BeforeEach
    void startTheServer() throws IOException {
        web1 = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stopTheServer() throws IOException {
        web1.close();
    }

    @Test
    void itIsReadyWhenEveryServerWasCheckedAndTellsWhenOneFails() throws Exception {
        try (Node node = start(configuration("500ms", ""))) {
            eventually(() -> get(node, "/health/ready").statusCode() == 200);
            assertThat(standing(node)).isEqualTo(Standing.SERVING);
            assertThat(get(node, "/health").body()).contains("\"controlLoop\":{\"status\":\"hea");
            assertThat(get(node, "/metrics").body())
                    .contains("alwayson_server_check_duration_seconds{backend=\"shop\"");

            web1.close();

            eventually(() -> standing(node) == Standing.DOWN);
            eventually(() ->
                    get(node, "/api/v1/events").body().contains("server-health-changed")
                            && get(node, "/api/v1/status").body().contains("\"down\""));
        }
    }

    @Test
    void aDrainedServerStaysDrainedOverARestart() throws Exception {
        Path file = configuration("500ms", "");
        try (Node node = start(file)) {
            assertThat(node.setServerState(WEB1, ServerState.DRAIN, "test").get())
                    .isEqualTo(new Effect.Outcome.Done());
            assertThat(node.setServerState(new ServerId("shop", "wbe1"), ServerState.DRAIN, "test"))
                    .succeedsWithin(GENEROUS)
                    .isInstanceOf(Effect.Outcome.Unknown.class);
        }
        path = new QuietPath();
        try (Node node = start(file)) {
            eventually(() -> standing(node) == Standing.DRAINING);
        }
    }

    @Test
    void aReloadAppliesWhatItCanAndRefusesTheRest() throws Exception {
        Path file = configuration("500ms", "");
        try (Node node = start(file)) {
            configuration("900ms", "");
            assertThat(node.reload("test")).isEmpty();
            assertThat(interval(node)).isEqualTo(Duration.ofMillis(900));

            configuration("fast", "");
            assertThat(node.reload("test")).singleElement().asString().contains("fast");
            assertThat(interval(node)).isEqualTo(Duration.ofMillis(900));

            configuration("700ms", "data: ./elsewhere");
            assertThat(node.reload("test"))
                    .singleElement()
                    .asString()
                    .startsWith("data: " + folder.resolve("elsewhere") + ": takes a restart");

            configuration("700ms", "");
            path.problems = List.of("127.0.0.1:80: is in use");
            assertThat(node.reload("test")).containsExactly("127.0.0.1:80: is in use");
            assertThat(interval(node)).isEqualTo(Duration.ofMillis(900));
            eventually(() ->
                    get(node, "/api/v1/events").body().split("configuration-refused", -1).length
                            == 4);
        }
    }

    @Test
    void aConfigurationThatTheDataPathCannotTakeOverIsToldUntilItCan() throws Exception {
        Path file = configuration("500ms", "");
        try (Node node = start(file)) {
            assertThat(get(node, "/health").body()).contains("\"dataPath\":{\"status\":\"hea");
            path.failure = "odd";
            configuration("900ms", "");
            assertThat(node.reload("test")).singleElement().asString().contains("odd");
            assertThat(interval(node)).as("traffic goes by").isEqualTo(Duration.ofMillis(500));
            HttpResponse<String> health = get(node, "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"dataPath\":{\"status\":\"unh", "odd");
            assertThat(node.setServerState(WEB1, ServerState.DRAIN, "test"))
                    .failsWithin(GENEROUS)
                    .withThrowableThat()
                    .withMessageContaining("odd");

            path.failure = null;
            eventually(() -> get(node, "/health").statusCode() == 200);
            assertThat(interval(node)).isEqualTo(Duration.ofMillis(900));
            assertThat(node.reload("test")).isEmpty();
        }
    }

    @Test
    void aStartThatTheDataPathCannotTakeOverIsNone() throws Exception {
        path.failure = "odd";
        Path file = configuration("500ms", "");

        assertThatThrownBy(() -> start(file))
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("odd");

        assertThat(path.closed).isTrue();
    }

    @Test
    void itStopsInOrderUnreadyThenDrainedThenClosed() throws Exception {
        Node node = start(configuration("500ms", ""));
        eventually(() -> get(node, "/health/ready").statusCode() == 200);

        Thread stopping = Thread.ofPlatform().start(() -> node.stop("SIGTERM"));
        path.accepting.await();
        assertThat(get(node, "/health/ready").body()).contains("\"reason\":\"stopping\"");
        assertThat(path.closed).isFalse();
        path.busy.countDown();
        assertThat(stopping.join(GENEROUS)).isTrue();
        assertThat(node.awaitEnd()).isEmpty();

        assertThat(path.closed).isTrue();
        assertThat(happenings()).last().isEqualTo(new Happening.NodeStopping("SIGTERM"));
    }

    @Test
    void whileItStopsAReloadChangesNothing() throws Exception {
        Node node = start(configuration("500ms", ""));
        Thread stopping = Thread.ofPlatform().start(() -> node.stop("SIGTERM"));
        path.accepting.await();

        configuration("900ms", "");
        assertThat(node.reload("test")).containsExactly("the node is stopping");
        configuration("fast", "");
        assertThat(node.reload("test")).containsExactly("the node is stopping");
        assertThat(interval(node)).isEqualTo(Duration.ofMillis(500));
        path.busy.countDown();
        assertThat(stopping.join(GENEROUS)).isTrue();

        assertThat(happenings())
                .contains(new Happening.NodeStopping("SIGTERM"))
                .noneMatch(told -> told.toString().contains("by=test"));
    }

    @Test
    void aSecondSignalDoesNotWaitForWhatRuns() throws Exception {
        Node node = start(configuration("500ms", ""));
        Thread stopping = Thread.ofPlatform().start(() -> node.stop("SIGTERM"));
        path.accepting.await();

        node.stop("SIGINT");

        assertThat(stopping.join(GENEROUS)).isTrue();
        assertThat(path.closed).isTrue();
        assertThat(node.awaitEnd()).contains("SIGINT");
    }

    /** Here its thread waits for the log; there, for steps that take a second each. */
    @Test
    void itFinishesWhatRunsAlsoWhereTheControlLoopIsBusy() throws Exception {
        Node node = start(configuration("500ms", ""));
        Logger events = (Logger) LoggerFactory.getLogger("dev.alwayson.event");
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AppenderBase<ILoggingEvent> holding =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent line) {
                        busy.countDown();
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };
        holding.start();
        events.addAppender(holding);
        try {
            configuration("fast", "");
            assertThat(node.reload("test")).hasSize(1);
            busy.await();

            Thread stopping = Thread.ofPlatform().start(() -> node.stop("SIGTERM"));
            assertThat(path.accepting.await(GENEROUS.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(path.closed).isFalse();
            over.countDown();
            path.busy.countDown();
            assertThat(stopping.join(GENEROUS)).isTrue();
        } finally {
            over.countDown();
            events.detachAppender(holding);
            node.close();
        }
        assertThat(happenings()).contains(new Happening.NodeStopping("SIGTERM"));
    }

    @Test
    void aStopThatFailsSaysHowManyItCut() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> log =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent line) {
                        told.add(line.getFormattedMessage());
                    }
                };
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Node.class);
        logger.addAppender(log);
        try {
            Node node = start(configuration("500ms", ""));
            path.stopFails = true;
            node.stop("SIGTERM");
            assertThat(node.awaitEnd()).isEmpty();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(path.closed).isTrue();
        assertThat(told).last().asString().endsWith("client connections that were cut: 1");
    }

    @Test
    void aSecondNodeWithTheSameDataFolderIsToldSo() throws Exception {
        Path file = configuration("500ms", "");
        try (Node node = start(file)) {
            assertThat(node.adminPort()).isPositive();
            assertThatThrownBy(() -> start(file))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("another node runs with this data folder");
        }
        start(file).close();
    }

    @Test
    void whatCannotBeBoundIsToldAndNothingIsLeftRunning() throws Exception {
        Path file = configuration("500ms", "");
        path.problems = List.of("127.0.0.1:80: is in use; stop what uses it");

        assertThatThrownBy(() -> start(file))
                .isInstanceOf(StartFailed.class)
                .hasMessage("127.0.0.1:80: is in use; stop what uses it");

        assertThat(path.closed).isTrue();
        assertThat(folder.resolve("data")).doesNotExist();
        path = new QuietPath();
        start(file).close();
        assertThat(folder.resolve("data/journal.db")).exists();
    }

    @Test
    void everyProblemOfTheFileIsAReason() throws Exception {
        Path file = folder.resolve("alwayson.yaml");
        Files.writeString(file, "frontnds: {}\nbackends: 7\n");

        assertThatThrownBy(() -> start(file))
                .isInstanceOfSatisfying(
                        StartFailed.class, failed -> assertThat(failed.reasons()).hasSize(2));
    }

    private Node start(Path file) throws Exception {
        return Node.start(file, ENVIRONMENT, _ -> path);
    }

    private Path configuration(String interval, String more) throws IOException {
        return Files.writeString(
                folder.resolve("alwayson.yaml"),
                """
                admin: {bind: "127.0.0.1:0"}
                frontends: {}
                backends:
                  shop:
                    health-check: {http: none, interval: %s, timeout: 500ms, fast-interval: 100ms}
                    servers:
                      web1: 127.0.0.1:%d
                %s
                """
                        .formatted(interval, web1.getLocalPort(), more));
    }

    private static Standing standing(Node node) {
        return shop(node).servers().stream().map(ServerView::standing).findFirst().orElseThrow();
    }

    private static Duration interval(Node node) {
        return shop(node).backend().healthCheck().orElseThrow().interval();
    }

    private static BackendView shop(Node node) {
        return Objects.requireNonNull(node.snapshot().backends().get("shop"));
    }

    private List<Happening> happenings() throws Exception {
        try (SqliteJournal journal =
                SqliteJournal.open(
                        folder.resolve("data/journal.db"),
                        "lb1",
                        () -> new Moment(0, Instant.EPOCH))) {
            return journal.read(0, 1000).stream()
                    .map(Journal.Entry::event)
                    .map(event -> event.happening())
                    .toList();
        }
    }

    private static HttpResponse<String> get(Node node, String page) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + node.adminPort() + page);
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(GENEROUS).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(page, e);
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("before the deadline").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
