package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The shop node with its admin server, whose pages a test asks over real HTTP. */
abstract class ServedShop {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Clock CLOCK = () -> new Moment(0, START.plusSeconds(90));
    static final Duration GENEROUS = Duration.ofSeconds(30);
    static final int MANY = 1000;
    static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir Path folder;
    final ShopNode shop = new ShopNode();
    final HttpClient client = HttpClient.newHttpClient();
    volatile Optional<String> notReady = Optional.empty();
    volatile HealthPart.Finding loop = HealthPart.Finding.HEALTHY;
    SqliteJournal journal;
    AdminServer server;

    @BeforeEach
    void start() throws Exception {
        journal = SqliteJournal.open(folder.resolve("journal.db"), "lb1", CLOCK);
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

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) GENEROUS.toMillis());
        return socket;
    }

    void breakOff(String asked, String rest, boolean knowing, boolean reset) throws IOException {
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

    ShownNode shown(SqliteJournal journal) {
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

    void append(int sequence) {
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

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(GENEROUS).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path))
                        .timeout(GENEROUS)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static String lineWith(BufferedReader lines, String prefix) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith(prefix)) {
            line = lines.readLine();
        }
        return line;
    }

    /** The whole answer to a head; the server has to close the connection. */
    String raw(String... head) throws IOException {
        return raw(server.port(), head);
    }

    static String raw(int port, String... head) throws IOException {
        try (Socket socket = connect(port)) {
            String request = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
