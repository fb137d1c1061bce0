package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.time.Clock;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import dev.alwayson.node.journal.SqliteJournal;
import dev.alwayson.node.metrics.NodeMetrics;
import dev.alwayson.node.metrics.ProcessMetrics;
import dev.alwayson.node.metrics.ServerMetrics;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.WebServer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin API over real HTTP. */
final class AdminServerTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = () -> new Moment(0, START.plusSeconds(90));
    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final int MANY = 1000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path folder;
    private final ShopNode shop = new ShopNode();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Optional<String> notReady = Optional.empty();
    private volatile HealthPart.Finding loop = HealthPart.Finding.HEALTHY;
    private Set<Thread> others;
    private SqliteJournal journal;
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        journal = SqliteJournal.open(folder.resolve("journal.db"), "lb1", CLOCK);
        others = EndedListenerTest.listenerThreads();
        server =
                AdminServer.start(
                        new HostAndPort("127.0.0.1", 0), Optional.empty(), shown(journal), MANY);
    }

    @AfterEach
    void stop() {
        server.close();
        journal.close();
        client.close();
    }

    @Test
    void healthShowsEachPartAndTheWorstOfThemCounts() throws Exception {
        HttpResponse<String> well = get("/health");
        assertThat(well.statusCode()).isEqualTo(200);
        assertThat(well.body())
                .isEqualTo(
                        "{\"status\":\"healthy\",\"timestamp\":\"2026-03-01T12:01:30Z\","
                                + "\"uptime\":90.0,\"checks\":{\"loop\":{\"status\":\"healthy\"}}}"
                                + "\n");

        loop = new HealthPart.Finding(HealthPart.Status.WARNING, Map.of("usage", "91%"));
        assertThat(get("/health").statusCode()).isEqualTo(200);

        loop = HealthPart.Finding.unhealthy("no answer for 7s");
        HttpResponse<String> ill = get("/health");
        assertThat(ill.statusCode()).isEqualTo(503);
        assertThat(ill.body())
                .contains(
                        "\"checks\":{\"loop\":{\"status\":\"unhealthy\",\"error\":\"no answer for"
                                + " 7s\"}}");
    }

    @Test
    void livenessAndReadinessAreForProbes() throws Exception {
        assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"alive\"}\n");
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}\n");
        notReady = Optional.of("stopping");
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body())
                .isEqualTo("{\"status\":\"not ready\",\"reason\":\"stopping\"}\n");
    }

    @Test
    void aListenerThatEndsIsFollowedByANewOneOnTheSamePort() throws Exception {
        for (int times = 0; times < 2; times++) {
            Set<Thread> last = EndedListenerTest.listenerThreads();
            last.removeAll(others);
            listeners().getFirst().interrupt(); // ends it as a failed accept does
            for (Thread thread : last) {
                assertThat(thread.join(GENEROUS)).as("%s has ended", thread).isTrue();
            }
            long deadline = System.nanoTime() + GENEROUS.toNanos();
            while (refused()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(20);
            }
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            assertThat(listeners()).hasSize(1);
        }
    }

    @Test
    void aCloseWhileManyConnectIsNoError() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        java.util.logging.Logger log =
                java.util.logging.Logger.getLogger("io.helidon.webserver.ServerListener");
        try (Told _ = Told.all(told)) {
            for (int i = 0; i < 20; i++) {
                closeWhileManyConnect();
            }
            assertThat(told).isEmpty();
            assertThat(log.isLoggable(java.util.logging.Level.SEVERE))
                    .as("what fails while it serves")
                    .isTrue();
        }
    }

    private void closeWhileManyConnect() throws Exception {
        AdminServer other =
                AdminServer.start(
                        new HostAndPort("127.0.0.1", 0), Optional.empty(), shown(journal), MANY);
        int port = other.port();
        CountDownLatch connections = new CountDownLatch(50);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                clients.execute(() -> connectUntilRefused(port, connections));
            }
            connections.await();
            other.close();
        }
    }

    private static void connectUntilRefused(int port, CountDownLatch connections) {
        boolean refused = false;
        while (!refused) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connections.countDown();
            } catch (IOException e) {
                refused = e instanceof ConnectException;
            }
        }
    }

    /** Else anybody who reaches the port could fill the log of the node. */
    @Test
    void aBodyThatBreaksOffIsNotTold() throws Exception {
        server.use(Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n"))));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (String asked :
                    List.of(
                            "GET /health",
                            "POST /health",
                            "GET /nope",
                            "POST /api/v1/reload",
                            "POST /api/v1/servers/shop/web1/drain")) {
                for (String framing :
                        List.of(
                                "Content-Length: 70000\r\n\r\nxyz",
                                "Content-Length: 9\r\n\r\nxyz",
                                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                                "Transfer-Encoding: chunked\r\n\r\n9\r\nxyz")) {
                    for (boolean knowing : List.of(true, false)) {
                        breakOff(asked, framing, knowing, false);
                        breakOff(asked, framing, knowing, true);
                    }
                }
            }
            server.close(); // waits for what still runs
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aHeadThatBreaksOffIsNotTold() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (String begun :
                    List.of(
                            "",
                            "GET /hea",
                            "GET /health HTTP/1.1\r\n",
                            "GET /health HTTP/1.1\r\nHost: localhost",
                            "GET /health HTTP/1.1\r\nHost: localhost\r\n")) {
                try (Socket socket = connect(server.port())) {
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    byte[] _ = socket.getInputStream().readAllBytes();
                }
            }
            server.close(); // waits for what still runs
        }
        assertThat(told).isEmpty();
    }

    @Test
    void anErrorInAPageIsAnsweredAndSeldomTold() throws Exception {
        shop.error = Optional.of(new StackOverflowError("too deep"));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (int times = 0; times < 10; times++) {
                HttpResponse<String> answer = post("/api/v1/reload");
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body())
                        .isEqualTo(
                                "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"too deep\","
                                        + "\"next\":\"see the node's log\"}}\n");
            }
        }
        assertThat(told)
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "POST /api/v1/reload: the admin server failed: java.lang.StackOverflowError:"
                                + " too deep");
    }

    @Test
    void anErrorBeforeAnyPageIsAnsweredAndSeldomTold() throws Exception {
        assertThat(toldOfFailingBeforeAnyPage(new OutOfMemoryError("no memory left")))
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "the request: the admin server failed: java.lang.OutOfMemoryError: no"
                                + " memory left");
    }

    @Test
    void aFailureBeforeAnyPageIsAnsweredAndSeldomTold() throws Exception {
        assertThat(toldOfFailingBeforeAnyPage(new IllegalStateException("a defect")))
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "the request: the admin server failed: java.lang.IllegalStateException: a"
                                + " defect");
    }

    /** By a server that fails so at each request whose head has come whole. */
    private static List<String> toldOfFailingBeforeAnyPage(Throwable failure) throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdmissionDeadline deadline =
                        new AdmissionDeadline(GENEROUS, AdmissionDeadlineTest.LARGE)) {
            WebServer failing =
                    WebServer.builder()
                            .shutdownHook(false)
                            .featuresDiscoverServices(false)
                            .protocolsDiscoverServices(false)
                            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .addConnectionSelector(deadline)
                            .errorHandling(errors -> errors.includeEntity(true))
                            .directHandlers(Replies::refuseBadRequests)
                            .concurrencyLimit(failing(failure))
                            .build()
                            .start();
            try {
                for (int times = 0; times < 10; times++) {
                    assertThat(raw(failing.port(), "GET /health HTTP/1.1", "Host: localhost"))
                            .startsWith("HTTP/1.1 500 ")
                            .endsWith(
                                    "{\"error\":{\"what\":\"the request\",\"why\":\"it did not"
                                            + " come whole, or the admin server failed at it\","
                                            + "\"next\":\"see the node's log\"}}\n");
                }
                assertThat(raw(failing.port(), "\1\2 / HTTP/1.1"))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("\"why\":\"its first line is not METHOD /path HTTP/1.1\"");
            } finally {
                AdminServer.end(failing);
            }
        }
        return told;
    }

    /** Asked for each request, by what has read its head and will look for its page. */
    private static Limit failing(Throwable failure) {
        return (Limit)
                Proxy.newProxyInstance(
                        Limit.class.getClassLoader(),
                        new Class<?>[] {Limit.class},
                        (_, method, _) -> {
                            if (method.getName().equals("tryAcquireOutcome")) {
                                throw failure;
                            }
                            return null;
                        });
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) GENEROUS.toMillis());
        return socket;
    }

    private void breakOff(String asked, String rest, boolean knowing, boolean reset)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) GENEROUS.toMillis());
            String request =
                    asked
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + (knowing ? "Authorization: Bearer sesame\r\n" : "")
                            + rest;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            if (reset) {
                socket.setSoLinger(true, 0);
            } else {
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes())
                        .as(request)
                        .asString(StandardCharsets.UTF_8)
                        .startsWith("HTTP/1.1 4");
            }
        }
    }

    @Test
    void aCommandIsCarriedOutOnlyWhenItsRequestHasComeWhole() throws Exception {
        for (String command : List.of("servers/shop/web1/drain", "reload")) {
            for (String rest :
                    List.of(
                            "Content-Length: 9\r\n\r\nxyz",
                            "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n")) {
                breakOff("POST /api/v1/" + command, rest, false, false);
            }
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
    }

    @Test
    void aBodyThatBreaksOffIsAnErrorThatSaysSo() throws Exception {
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json",
                                "Transfer-Encoding: chunked",
                                "Connection: close\r\n\r\nzz"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Connection: close\r\n")
                .endsWith(
                        "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"the body did not"
                                + " come whole, nothing was done\",\"next\":\"send it again, with an"
                                + " empty body\"}}\n");
    }

    @Test
    void aCommandWithABodyInPiecesIsCarriedOut() throws Exception {
        HttpRequest.Builder inPieces =
                HttpRequest.newBuilder(uri("/api/v1/servers/shop/web1/drain"))
                        .timeout(GENEROUS)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[40_000])));
        for (boolean waits : List.of(false, true)) {
            HttpResponse<String> answer =
                    client.send(
                            inPieces.expectContinue(waits).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("waits for 100: " + waits).isEqualTo(200);
        }
    }

    /** Keeps what is logged as a warning or worse, here and by Helidon, until closed. */
    private static final class Told extends Handler implements AutoCloseable {

        private final List<String> messages;
        private final AppenderBase<ILoggingEvent> ours =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent line) {
                        if (line.getLevel().isGreaterOrEqual(Level.WARN)) {
                            messages.add(line.getFormattedMessage());
                        }
                    }
                };

        private Told(List<String> messages) {
            setLevel(java.util.logging.Level.WARNING);
            this.messages = messages;
            ours.start();
        }

        static Told all(List<String> messages) {
            Told told = new Told(messages);
            java.util.logging.Logger.getLogger("").addHandler(told);
            logback().addAppender(told.ours);
            return told;
        }

        private static Logger logback() {
            return (Logger) LoggerFactory.getLogger(AdminServer.class.getPackageName());
        }

        @Override
        public void publish(LogRecord line) {
            if (isLoggable(line)) {
                messages.add(line.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            java.util.logging.Logger.getLogger("").removeHandler(this);
            logback().detachAppender(ours);
        }
    }

    private static List<Thread> listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("server-@default"))
                .toList();
    }

    private boolean refused() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void statusShowsWhatRunsWhere() throws Exception {
        JsonNode status = JSON.readTree(get("/api/v1/status").body());

        assertThat(status.path("node").asString()).isEqualTo("lb1");
        assertThat(status.path("uptimeSeconds").asInt()).isEqualTo(90);
        assertThat(status.path("frontends").get(0))
                .hasToString(
                        "{\"name\":\"web\",\"mode\":\"http\",\"bind\":[\"0.0.0.0:8080\"],"
                                + "\"clients\":4}");
        JsonNode backend = status.path("backends").get(0);
        assertThat(backend.path("availability").asString()).isEqualTo("degraded");
        assertThat(backend.path("balance").asString()).isEqualTo("round-robin");
        assertThat(backend.path("queued").asInt()).isEqualTo(2);
        assertThat(backend.path("servers").get(1))
                .hasToString(
                        "{\"name\":\"web2\",\"address\":\"10.0.0.1:80\",\"health\":\"unhealthy\","
                                + "\"standing\":\"down\",\"state\":\"ready\",\"weight\":1,"
                                + "\"share\":1.0,\"backup\":false,\"connections\":3,"
                                + "\"reason\":\"status 200\",\"since\":\"2026-03-01T12:00:00Z\"}");
        assertThat(status.path("changes"))
                .hasToString(
                        "{\"version\":1,\"states\":{\"shop/web9\":\"drain\"},"
                                + "\"withoutEffect\":[\"shop/web9\"]}");
    }

    @Test
    void aServerIsDrainedAndShowsWhatStillRuns() throws Exception {
        HttpResponse<String> drained = post("/api/v1/servers/shop/web1/drain");

        assertThat(drained.statusCode()).isEqualTo(200);
        assertThat(drained.body())
                .isEqualTo(
                        "{\"result\":\"done\",\"server\":\"shop/web1\",\"state\":\"drain\","
                                + "\"connections\":3}\n");
        assertThat(get("/api/v1/status").body()).contains("\"shop/web1\":\"drain\"");
    }

    @Test
    void aStateThatWouldNotSurviveARestartSaysSo() throws Exception {
        shop.notStored = Optional.of("disk full");
        assertThat(post("/api/v1/servers/shop/web1/maint").body())
                .contains("\"result\":\"not-stored\"", "\"problem\":\"disk full\"");
    }

    @Test
    void aCommandThatFailedSaysWhy() throws Exception {
        shop.failure = Optional.of("1000 commands wait already: try again later");
        HttpResponse<String> failed = post("/api/v1/servers/shop/web1/drain");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body())
                .isEqualTo(
                        "{\"error\":{\"what\":\"shop/web1 drain\",\"why\":\"1000 commands wait"
                                + " already: try again later\",\"next\":\"look at /api/v1/status and"
                                + " at /health\"}}\n");
    }

    @Test
    void aServerThatIsNotConfiguredIsSuggestedAnother() throws Exception {
        HttpResponse<String> unknown = post("/api/v1/servers/shop/wbe1/drain");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body())
                .isEqualTo(
                        "{\"error\":{\"what\":\"shop/wbe1\",\"why\":\"no such server is"
                                + " configured\",\"next\":\"did you mean shop/web1?\"}}\n");
    }

    @Test
    void aBackendWithASlashInItsNameIsReachedBothWays() throws Exception {
        for (String path : List.of("orders/primary/pg1", "orders%2Fprimary/pg1")) {
            assertThat(post("/api/v1/servers/" + path + "/drain").body())
                    .contains("\"what\":\"orders/primary/pg1\"");
        }
    }

    @Test
    void aReloadIsAppliedOrEveryProblemIsTold() throws Exception {
        assertThat(post("/api/v1/reload").body()).isEqualTo("{\"applied\":true}\n");

        shop.problems = List.of("a.yaml:1:2: x: y: z");
        HttpResponse<String> refused = post("/api/v1/reload");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .isEqualTo("{\"applied\":false,\"problems\":[\"a.yaml:1:2: x: y: z\"]}\n");
    }

    @Test
    void eventsComeInPages() throws Exception {
        for (int sequence = 1; sequence <= 3; sequence++) {
            append(sequence);
        }
        assertThat(journal.await(2, GENEROUS)).isTrue();

        JsonNode page = JSON.readTree(get("/api/v1/events?after=1&limit=1").body());
        assertThat(page.path("next").asInt()).isEqualTo(2);
        assertThat(page.path("events").get(0))
                .hasToString(
                        "{\"position\":2,\"id\":{\"node\":\"lb1\",\"sequence\":2},"
                                + "\"kind\":\"node-started\",\"version\":1,"
                                + "\"time\":\"1772366400000.2\",\"wall\":\"2026-03-01T12:00:00Z\","
                                + "\"scope\":\"view\",\"what\":{\"version\":\"run 2\"},"
                                + "\"text\":\"started, version run 2\"}");
        assertThat(get("/api/v1/events?after=3").body()).isEqualTo("{\"events\":[],\"next\":3}\n");
    }

    @Test
    void anImpossiblePageIsRefused() throws Exception {
        for (String query : List.of("after=-1", "after=x", "limit=0", "limit=10001", "after=")) {
            assertThat(get("/api/v1/events?" + query).statusCode()).as(query).isEqualTo(400);
        }
    }

    @Test
    void aFollowerGetsEachEventOnceAndGoesOnWhereItWas() throws Exception {
        append(1);
        append(2);
        assertThat(journal.await(1, GENEROUS)).isTrue();
        try (BufferedReader lines = follow("/api/v1/events/stream?after=0", Optional.empty())) {
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 1");
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 2");
            append(3);
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 3");
            assertThat(lineWith(lines, "data: ")).contains("\"run 3\"");
        }
        try (BufferedReader lines = follow("/api/v1/events/stream?after=0", Optional.of("2"))) {
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 3");
        }
    }

    @Test
    void oneFollowerTooManyIsToldByTheWholePath() throws Exception {
        List<HttpResponse<InputStream>> followers = new ArrayList<>();
        try {
            HttpRequest follow = HttpRequest.newBuilder(uri("/api/v1/events/stream")).build();
            for (int i = 0; i < 100; i++) {
                followers.add(client.send(follow, HttpResponse.BodyHandlers.ofInputStream()));
            }
            HttpResponse<String> refused = get("/api/v1/events/stream");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body())
                    .startsWith("{\"error\":{\"what\":\"GET /api/v1/events/stream\"");
        } finally {
            for (HttpResponse<InputStream> follower : followers) {
                follower.body().close();
            }
        }
    }

    @Test
    void metricsHaveTheNamesThatPeopleScrape() throws Exception {
        HttpResponse<String> metrics = get("/metrics");

        assertThat(metrics.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body().lines())
                .contains(
                        "alwayson_server_up{backend=\"shop\",server=\"web1\"} 1.0",
                        "alwayson_server_up{backend=\"shop\",server=\"web2\"} 0.0",
                        "alwayson_server_connections{backend=\"shop\",server=\"web1\"} 3.0",
                        "alwayson_server_queue{backend=\"shop\"} 2.0",
                        "alwayson_server_check_duration_seconds{backend=\"shop\",server=\"web1\"}"
                                + " 0.005",
                        "alwayson_ready 1.0",
                        "alwayson_events_lost_total 0.0",
                        "alwayson_build_info{node=\"lb1\",version=\"0.1.0\"} 1")
                .anyMatch(line -> line.startsWith("process_cpu_usage "))
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "))
                .anyMatch(line -> line.startsWith("process_resident_memory_bytes "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "));
    }

    @Test
    void anUnknownPageOrMethodIsAnErrorInJson() throws Exception {
        assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/nothing").body()).startsWith("{\"error\":{\"what\":\"GET /api/v1/");
        HttpResponse<String> wrong = get("/api/v1/reload");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> command = get("/api/v1/servers/shop/web1/drain");
        assertThat(command.statusCode()).isEqualTo(405);
        assertThat(command.headers().firstValue("Allow")).contains("POST");
        assertThat(post("/api/v1/status").statusCode()).isEqualTo(405);
        for (String page :
                List.of("/health", "/health/live", "/metrics", "/api/v1/events/stream")) {
            assertThat(post(page).headers().firstValue("Allow")).as(page).contains("GET, HEAD");
        }
        for (String none :
                List.of("", "shop", "shop/web1", "shop/web1/sleep", "drain", "web1/drain")) {
            String path = "/api/v1/servers/" + none;
            assertThat(post(path).statusCode()).as(path).isEqualTo(404);
            HttpResponse<String> unknown = get(path);
            assertThat(unknown.statusCode()).as(path).isEqualTo(404);
            assertThat(unknown.headers().firstValue("Allow")).as(path).isEmpty();
            assertThat(unknown.body())
                    .as(path)
                    .startsWith(
                            "{\"error\":{\"what\":\"GET " + path + "\",\"why\":\"a command is ");
        }
        for (String page : List.of("/nothing", "/api/v1/nothing", "/health/nothing", "/")) {
            HttpResponse<String> unknown = post(page);
            assertThat(unknown.statusCode()).as(page).isEqualTo(404);
            assertThat(unknown.headers().firstValue("Allow")).as(page).isEmpty();
        }
    }

    /** A client that has the wrong page is to learn that, and not to correct its headers first. */
    @Test
    void aPostWithoutJsonToAWrongPageIsToldThatThePageIsWrong() throws Exception {
        for (String form : List.of("Accept: text/plain", "Content-Type: text/plain")) {
            assertThat(raw("POST /nothing HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(raw("POST /api/v1/servers/a/b/c HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(raw("POST /metrics HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: GET, HEAD\r\n");
            for (String command : List.of("reload", "servers/shop/web1/drain")) {
                assertThat(raw("POST /api/v1/" + command + " HTTP/1.1", "Host: localhost", form))
                        .startsWith("HTTP/1.1 415 ");
            }
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
    }

    @Test
    void aSlashAtTheEndOfAnyPageChangesNothing() throws Exception {
        for (String page :
                List.of(
                        "/health",
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/status",
                        "/api/v1/events")) {
            assertThat(get(page + "/").statusCode()).as(page).isEqualTo(200);
            assertThat(post(page + "/").statusCode()).as(page).isEqualTo(405);
        }
        assertThat(post("/api/v1/reload/").statusCode()).isEqualTo(200);
        assertThat(post("/api/v1/servers/shop/web1/drain/").statusCode()).isEqualTo(200);
    }

    @Test
    void anIdThatIsNoneIsToldAsTheHeaderItIs() throws Exception {
        for (String id : List.of("x", "-1", "99999999999999999999", "")) {
            assertThat(
                            raw(
                                    "GET /api/v1/events/stream HTTP/1.1",
                                    "Host: localhost",
                                    "Last-Event-ID: " + id))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("{\"error\":{\"what\":\"Last-Event-ID: " + id + "\"");
        }
    }

    @Test
    void aPathThatIsNoneIsToldSo() throws Exception {
        for (String path : List.of("/%zz", "/%", "/health/%4")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its path has a % without two hexadecimal digits");
        }
        for (String path : List.of("/a\\b", "/a|b", "/<a>")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its path has a character that is none of a path's");
        }
    }

    @Test
    void whatIsNoProperRequestIsAnErrorInJsonToo() throws Exception {
        for (String line : List.of("GET /%zz HTTP/1.1", "GET /a|b HTTP/1.1")) {
            assertThat(raw(line, "Host: localhost"))
                    .as(line)
                    .containsPattern("^HTTP/1.1 400 ")
                    .contains("Content-Type: application/json", "Cache-Control: no-store")
                    .contains("\r\n\r\n{\"error\":{\"what\":");
        }
    }

    @Test
    void whatIsNoProperRequestIsToldWhy() throws Exception {
        String get = "GET /health HTTP/1.1";
        assertThat(raw(get)).contains("\"why\":\"Host header must be present in the request\"");
        assertThat(raw(get, "Host: localhost", "Host: localhost"))
                .contains("\"why\":\"Only a single Host header is allowed in request\"");
        assertThat(raw(get, "Host: localhost", "Content-Length: 1", "Transfer-Encoding: chunked"))
                .contains("\"why\":\"Transfer-Encoding and Content-Length headers must not be");
        assertThat(raw(get, "Host: localhost", "Content-Length: 1", "Content-Length: 2"))
                .contains("\"why\":\"Content-Length header must have exactly one value");
        assertThat(raw(get, "Host: localhost", "X-Name\0: 1"))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("\"why\":\"Bad Request\"", "\0");
        for (String line : List.of("PRI * HTTP/2.0", "garbage", "\1\2<\"garbage\"> a b")) {
            assertThat(raw(line))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its first line is not METHOD /path HTTP/1.1\"");
        }
        assertThat(raw(get, "Host: localhost", "X-Long: " + "x".repeat(17_000)))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
                .contains("\"why\":\"its headers are larger than 16 KiB\"");
        assertThat(raw("GET /" + "x".repeat(4_000) + " HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 404 ");
        assertThat(raw("GET /" + "x".repeat(4_100) + " HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 414 ")
                .endsWith(
                        "{\"error\":{\"what\":\"the request\",\"why\":\"its first line is longer"
                                + " than 4 KiB\",\"next\":\"ask for a shorter path\"}}\n");
        assertThat(raw("POST /api/v1/reload HTTP/1.1", "Host: h", "Content-Length: 2000000"))
                .startsWith("HTTP/1.1 413 ")
                .endsWith(
                        "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"the body is"
                                + " larger than 64 KiB\",\"next\":\"send an empty one: no page"
                                + " reads it\"}}\n");
        assertThat(raw("garbage")).contains("{\"what\":\"the request\",");
    }

    @Test
    void aPathIsTakenForThePageThatItNormalisesTo() throws Exception {
        for (String path :
                List.of("//api/v1/status", "/%61pi/v1/status", "/health/../api/v1/status")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .as(path)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"backends\"");
        }
        assertThat(raw("GET /health/ HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 200 ");

        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));
        for (String path :
                List.of(
                        "//api/v1/status",
                        "/%61pi/v1/status",
                        "/health/../api/v1/status",
                        "/health/%2e%2e/api/v1/status",
                        "/health/..%2Fapi/v1/status",
                        "//health//..//api/v1/status")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .as(path)
                    .containsPattern("^HTTP/1.1 4")
                    .doesNotContain("\"backends\"");
        }
    }

    @Test
    void anOlderHttpIsToldWhichIsSpoken() throws Exception {
        assertThat(raw("GET /health HTTP/1.0"))
                .startsWith("HTTP/1.1 505 ")
                .endsWith(
                        "{\"error\":{\"what\":\"GET /health\",\"why\":\"the admin server speaks"
                                + " HTTP/1.1 only\",\"next\":\"ask with HTTP/1.1\"}}\n");
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() throws Exception {
        for (String path :
                List.of(
                        "/health",
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/status",
                        "/api/v1/events",
                        "/api/v1/events/stream")) {
            String answer = raw("HEAD " + path + " HTTP/1.1", "Host: localhost");
            assertThat(answer).as(path).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        }
        assertThat(raw("HEAD /health/live HTTP/1.1", "Host: localhost"))
                .contains("Content-Length: " + get("/health/live").body().length() + "\r\n");
        assertThat(raw("HEAD /nothing HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aStrangerWhoKeepsItWaitingIsDisconnected() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        Optional<Token> token =
                Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n")));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdminServer hasty =
                        AdminServer.start(
                                bind, token, shown(journal), MANY, Duration.ofMillis(200))) {
            for (String begun :
                    List.of(
                            "",
                            "GET /hea",
                            "GET /health HTTP/1.1\r\n",
                            "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ",
                            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
                            "POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Type:"
                                    + " application/json\r\nContent-Length: 9\r\n\r\n",
                            "POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Type:"
                                    + " application/json\r\nAuthorization: Bearer sesame\r\n"
                                    + "Content-Length: 60000\r\n\r\n")) {
                drip(hasty.port(), begun);
            }
        }
        assertThat(told).isEmpty();
        assertThat(shop.reloads).hasValue(0);
    }

    /** Else a thousand connections that ask now and then would keep everybody else out. */
    @Test
    void aStrangerHasAConnectionForOneAnswerAndWhoIsAdmittedKeepsIt() throws Exception {
        server.use(Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n"))));
        for (String asked : List.of("/health", "/health/ready", "/api/v1/status")) {
            String answer = exchange("GET " + asked + " HTTP/1.1", "Host: localhost");
            assertThat(answer).as(asked).contains("\r\nConnection: close\r\n");
            assertThat(answer.split("HTTP/1.1 ", -1)).as(asked).hasSize(2);
        }
        String admitted =
                exchange(
                        "GET /api/v1/status HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer sesame");
        assertThat(admitted.split("HTTP/1.1 200", -1)).as("both are answered").hasSize(3);
    }

    @Test
    void aStrangerWhoWaitsToBeToldToSendItsBodyIsNotWaitedFor() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer patient =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), MANY, Duration.ofHours(1));
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), patient.port())) {
            stranger.setSoTimeout((int) GENEROUS.toMillis());
            String head =
                    "POST /api/v1/reload HTTP/1.1\r\nHost: evil.example\r\n"
                            + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n";
            stranger.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 421 ")
                    .doesNotContain("HTTP/1.1 100");
        }
    }

    @Test
    void whoComesWhenThereAreTheMostConnectionsWaitsForAPlace() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer small =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), 2, Duration.ofHours(1));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket third = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            askWhetherAlive(third);
            third.setSoTimeout(300);
            assertThatThrownBy(() -> third.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            askWhetherAlive(second);
            second.setSoTimeout((int) GENEROUS.toMillis());
            assertThat(second.getInputStream().readNBytes(12)).asString().endsWith(" 200");
            first.shutdownOutput();
            third.setSoTimeout((int) GENEROUS.toMillis());
            assertThat(third.getInputStream().readNBytes(12)).asString().endsWith(" 200");
        }
    }

    @Test
    void thatEveryPlaceIsTakenIsTold() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdminServer small =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), 2, Duration.ofHours(1));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            long deadline = System.nanoTime() + GENEROUS.toNanos();
            while (told.isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            for (Socket each : List.of(first, second)) {
                askWhetherAlive(each);
                each.setSoTimeout((int) GENEROUS.toMillis());
                assertThat(each.getInputStream().readNBytes(12)).asString().endsWith(" 200");
            }
        }
        assertThat(told.getFirst())
                .isEqualTo(
                        "127.0.0.1:0: all 2 connections that the admin server takes are taken, and"
                                + " who comes now waits for a place; let a firewall pass only those"
                                + " who watch and command the node, or, for a larger share, raise"
                                + " LimitNOFILE= of the unit, or ulimit -n");
    }

    private static void askWhetherAlive(Socket client) throws IOException {
        client.getOutputStream()
                .write(
                        "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whoIsAdmittedMayTakeLonger() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer hasty =
                        AdminServer.start(
                                bind,
                                Optional.empty(),
                                shown(journal),
                                MANY,
                                Duration.ofMillis(200));
                Socket follower = new Socket(InetAddress.getLoopbackAddress(), hasty.port())) {
            follower.setSoTimeout((int) GENEROUS.toMillis());
            follower.getOutputStream()
                    .write(
                            "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    follower.getInputStream(), StandardCharsets.UTF_8))) {
                lineWith(lines, ": the journal after");
                drip(hasty.port(), "");
                append(1);
                assertThat(lineWith(lines, "id: ")).isEqualTo("id: 1");
            }
        }
    }

    @Test
    void everyAnswerForbidsCachingAndGuessing() throws Exception {
        for (String path : List.of("/health", "/metrics", "/api/v1/status", "/nothing")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void anotherHostNameAndAnotherOriginAreRefused() throws Exception {
        assertThat(raw("GET /api/v1/status HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /metrics HTTP/1.1", "Host: evil.example")).startsWith("HTTP/1.1 421 ");
        assertThat(
                        raw(
                                "GET /api/v1/status HTTP/1.1",
                                "Host: localhost",
                                "Origin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: text/plain",
                                "Content-Length: 0"))
                .startsWith("HTTP/1.1 415 ");
        assertThat(raw("GET /health HTTP/1.1", "Host: any.example")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aHeaderThatDecidesStandsOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));
        for (List<String> twice :
                List.of(
                        List.of("Origin: http://localhost", "Origin: http://evil.example"),
                        List.of("Sec-Fetch-Site: same-origin", "sec-fetch-site: cross-site"),
                        List.of("Content-Type: application/json", "Content-Type: text/plain"),
                        List.of("Authorization: Bearer sesame", "Authorization: Bearer open"),
                        List.of("Origin: http://localhost", "Origin: http://localhost"))) {
            List<String> head =
                    new ArrayList<>(List.of("POST /api/v1/reload HTTP/1.1", "Host: localhost"));
            for (String line :
                    List.of("Content-Type: application/json", "Authorization: Bearer sesame")) {
                if (!twice.contains(line)) {
                    head.add(line);
                }
            }
            head.addAll(twice);
            head.add("Content-Length: 0");
            String name = twice.getFirst().replaceFirst(":.*", "");
            assertThat(raw(head.toArray(String[]::new)))
                    .as("%s", twice)
                    .startsWith("HTTP/1.1 400 ")
                    .contains(
                            "{\"what\":\""
                                    + name
                                    + "\",\"why\":\"this header stands there more than once\","
                                    + "\"next\":\"send it once\"}");
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json; list=\"a, b\"",
                                "Authorization: Bearer sesame",
                                "Content-Length: 0"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(shop.reloads).hasValue(1);
    }

    @Test
    void aTargetThatNamesAnotherHostThanHostDoesIsRefused() throws Exception {
        for (String target :
                List.of(
                        "http://evil.example",
                        "HTTP://u@localhost",
                        "http://localhost:1",
                        "http:/")) {
            assertThat(
                            raw(
                                    "POST " + target + "/api/v1/servers/shop/web1/drain HTTP/1.1",
                                    "Host: localhost",
                                    "Content-Type: application/json",
                                    "Content-Length: 0"))
                    .as(target)
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
        assertThat(raw("GET http://evil.example/api/v1/status HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET http://LOCALHOST/api/v1/status HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 200 ");
        for (String host : List.of("localhost:7070", "[::1]:7070", "[::1]")) {
            String url = "http://" + host;
            assertThat(raw("GET " + url + "/api/v1/events?limit=1 HTTP/1.1", "Host: " + host))
                    .as(url)
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(raw("GET http://[::2]:7070/api/v1/status HTTP/1.1", "Host: [::1]:7070"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("CONNECT localhost:7070 HTTP/1.1", "Host: localhost:7070"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("OPTIONS * HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        HttpRequest large =
                HttpRequest.newBuilder(uri("/api/v1/reload"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[900_000]))
                        .build();
        HttpResponse<String> refused = client.send(large, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).startsWith("{\"error\":{\"what\":\"POST /api/v1/reload\"");
        assertThat(shop.reloads).hasValue(0);
    }

    @Test
    void aBodyInPiecesMayBeAsLargeAsAnother() throws Exception {
        for (int octets : List.of(65_536, 65_537, 900_000)) {
            HttpRequest inPieces =
                    HttpRequest.newBuilder(uri("/api/v1/reload"))
                            .timeout(GENEROUS)
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofInputStream(
                                            () -> new ByteArrayInputStream(new byte[octets])))
                            .build();
            HttpResponse<String> answer =
                    client.send(inPieces, HttpResponse.BodyHandlers.ofString());
            if (octets > 65_536) {
                assertThat(answer.statusCode()).as("%s octets", octets).isEqualTo(413);
                assertThat(answer.body()).contains("\"why\":\"the body is larger than 64 KiB\"");
            } else {
                assertThat(answer.statusCode()).as("%s octets", octets).isEqualTo(200);
            }
        }
        assertThat(shop.reloads).hasValue(1);
    }

    @Test
    void withATokenEverythingButHealthAsksForIt() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        for (String path : List.of("/metrics", "/api/v1/status", "/api/v1/events", "/nothing")) {
            HttpResponse<String> refused = get(path);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(refused.body())
                    .doesNotContain("sesame")
                    .contains("a changed token file is known from the next reload on");
        }
        HttpRequest knowing =
                HttpRequest.newBuilder(uri("/api/v1/status"))
                        .header("Authorization", "Bearer sesame")
                        .build();
        assertThat(client.send(knowing, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAddressThatOthersReachNeedsAToken() {
        assertThatThrownBy(() ->
                        AdminServer.start(
                                new HostAndPort("", 0), Optional.empty(), shown(journal), MANY))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        ":0: the admin server needs a token where others can reach it; set"
                                + " admin.token-file, or bind a loopback address");
    }

    @Test
    void anAddressInUseIsOneSentence() {
        HostAndPort taken = new HostAndPort("127.0.0.1", server.port());
        assertThatThrownBy(() -> AdminServer.start(taken, Optional.empty(), shown(journal), MANY))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        taken + ": the admin server cannot listen there: Address already in use")
                .hasMessageEndingWith("choose another for admin.bind");
    }

    private ShownNode shown(SqliteJournal journal) {
        return new ShownNode(
                "lb1",
                "0.1.0",
                Path.of("alwayson.yaml"),
                START,
                CLOCK,
                shop,
                shop,
                journal,
                () -> notReady,
                List.of(
                        new HealthPart() {
                            @Override
                            public String name() {
                                return "loop";
                            }

                            @Override
                            public Finding look() {
                                return loop;
                            }
                        }),
                List.of(
                        new ServerMetrics(shop::snapshot, shop, shop::lastCheck, _ -> 5),
                        new NodeMetrics("lb1", "0.1.0", journal, notReady::isEmpty),
                        new ProcessMetrics()));
    }

    private void append(int sequence) {
        journal.append(
                new Event(
                        new EventId("lb1", sequence),
                        1,
                        new HybridTime(START.toEpochMilli(), sequence),
                        START,
                        Optional.empty(),
                        Scope.VIEW,
                        new Happening.NodeStarted("run " + sequence)));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(GENEROUS).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path))
                        .timeout(GENEROUS)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private BufferedReader follow(String path, Optional<String> lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(GENEROUS);
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        return new BufferedReader(
                new InputStreamReader(
                        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                                .body(),
                        StandardCharsets.UTF_8));
    }

    private static String lineWith(BufferedReader lines, String prefix) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith(prefix)) {
            line = lines.readLine();
        }
        return line;
    }

    /** Goes on with what was begun, a byte now and then, until the server closes. */
    private static void drip(int port, String begun) throws Exception {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20);
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            boolean open = true;
            while (open) {
                assertThat(System.nanoTime()).as(begun).isLessThan(deadline);
                open = stillOpen(socket, begun.isEmpty());
            }
        }
    }

    private static boolean stillOpen(Socket socket, boolean silent) {
        try {
            if (!silent) {
                socket.getOutputStream().write('x');
            }
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false; // reset
        }
    }

    /** What comes for two requests with this head, of which the second asks for the end. */
    private String exchange(String... head) throws IOException {
        String request = String.join("\r\n", head) + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) GENEROUS.toMillis());
            String both = request + "\r\n" + request + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The whole answer to a head; the server has to close the connection. */
    private String raw(String... head) throws IOException {
        return raw(server.port(), head);
    }

    private static String raw(int port, String... head) throws IOException {
        try (Socket socket = connect(port)) {
            String request = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
