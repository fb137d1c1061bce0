package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.connections;
import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.house.House;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Each file of {@code examples/}, run by a node, does what its comment says. The file is the one
 * that users read, but for its ports, which are replaced by free ones; servers of the test listen
 * on those of the example's servers.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExamplesTest {

    private static final Path EXAMPLES = House.ROOT.resolve("examples");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    @TempDir private Path folder;
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final Map<Integer, WebServer> servers = new LinkedHashMap<>();

    @AfterEach
    void stop() throws IOException {
        for (WebServer server : servers.values()) {
            server.close();
        }
    }

    /** Runs the example with a web server on each port named, which answers with that number. */
    private RunningNode run(String example, int... serverPorts) throws IOException {
        String file = read(example);
        for (int port : serverPorts) {
            servers.put(port, WebServer.start("" + port, port(port)));
        }
        RunningNode node = start(file);
        node.awaitStatus("every server is healthy", status -> unhealthy(status) == 0);
        return node;
    }

    /** The example's text, with ports that are held for this test. */
    private String read(String example) throws IOException {
        String text = Files.readString(EXAMPLES.resolve(example));
        List<Integer> free = new ArrayList<>(FreePort.find(20));
        return PORT.matcher(text)
                .replaceAll(match ->
                        "127.0.0.1:"
                                + ports.computeIfAbsent(
                                        Integer.valueOf(match.group(1)),
                                        port -> free.removeLast()));
    }

    private RunningNode start(String file) throws IOException {
        Path own = Files.createDirectories(folder.resolve("node"));
        Files.copy(EXAMPLES.resolve("sorry.html"), own.resolve("sorry.html"));
        return RunningNode.start(own, file);
    }

    private static long unhealthy(JsonNode status) {
        return status.path("backends")
                .valueStream()
                .flatMap(backend -> backend.path("servers").valueStream())
                .filter(server -> !server.path("health").asString("").equals("healthy"))
                .count();
    }

    /** The port that stands for this one of the example. */
    private int port(int ofExample) {
        Integer port = ports.get(ofExample);
        if (port == null) {
            throw new IllegalStateException(ofExample + ": not a port of this example");
        }
        return port;
    }

    private WebServer server(int port) {
        WebServer server = servers.get(port);
        if (server == null) {
            throw new IllegalStateException(port + ": no server of this test");
        }
        return server;
    }

    private Answer get(int portOfExample, String path) throws IOException {
        return RawClient.once(port(portOfExample), path);
    }

    /** How many of so many requests, one after the other, each server answers. */
    private Map<String, Integer> shares(int requests) throws IOException {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Answer answer = get(8080, "/");
            assertThat(answer.status()).isEqualTo(200);
            shares.merge(answer.body(), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void everyExampleHasAStoryHere() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<String> stories =
                    Arrays.stream(ExamplesTest.class.getDeclaredMethods())
                            .filter(method -> method.isAnnotationPresent(Test.class))
                            .map(method -> kebab(method.getName()) + ".yaml")
                            .toList();
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".yaml")))
                    .isNotEmpty()
                    .allMatch(stories::contains);
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    void quickStart() throws IOException {
        try (RunningNode node = run("quick-start.yaml", 9001, 9002)) {
            assertThat(shares(40)).as("both serve").containsOnlyKeys("9001", "9002");

            server(9001).stop();
            assertThat(shares(20)).as("a dead server's go to the other").containsOnlyKeys("9002");
            Alwayson status = Alwayson.tell(node, "status");
            assertThat(status.exitCode()).isZero();
            assertThat(status.output()).contains("web1", "web2", "shop is ");
        }
    }

    @Test
    void weighted() throws IOException {
        try (RunningNode node = run("weighted.yaml", 9001, 9002, 9003)) {
            Map<String, Integer> shares = shares(100);
            assertThat(shares).containsOnlyKeys("9001", "9002");
            assertThat(shares.get("9002")).as("about a tenth").isBetween(8, 12);
            assertThat(node.get("/metrics").body())
                    .containsPattern(
                            "http_requests_total\\{.*server=\"canary\".*} ([89]|1[0-2])\\.");

            server(9001).stop();
            server(9002).stop();
            assertThat(shares(10)).as("the spare, when nothing else can").containsOnlyKeys("9003");

            node.awaitStatus("down", healthIs("unhealthy", "shop", "stable", "canary"));
            server(9001).startAgain();
            node.awaitStatus(
                    "stable is back, and grows",
                    status -> {
                        var stable = Statuses.server(status, "shop", "stable");
                        double share = stable.path("share").asDouble(0);
                        return stable.path("health").asString("").equals("healthy")
                                && share > 0
                                && share < 9;
                    });
            assertThat(shares(10)).as("the spare is spared again").containsOnlyKeys("9001");
        }
    }

    @Test
    void leastConnections() throws IOException {
        try (RunningNode node = run("least-connections.yaml", 9001, 9002);
                Held held = new Held(port(8080))) {
            for (int running = 1; running <= 3; running++) {
                held.add(1);
                int all = running;
                Patience.await(
                        all + " run", () -> server(9001).held() + server(9002).held() == all);
            }
            assertThat(server(9001).held()).as("in proportion to its weight").isEqualTo(2);
            assertThat(Alwayson.tell(node, "status").output())
                    .containsPattern("big +\\S+ +serving +healthy +2 +2 ")
                    .containsPattern("small +\\S+ +serving +healthy +1 +1 ");

            held.add(72);
            Patience.await("both are full", () -> server(9001).held() + server(9002).held() == 75);
            assertThat(server(9001).held()).isEqualTo(50);
            held.add(1);
            node.awaitStatus(
                    "the next one waits",
                    status -> status.path("backends").path(0).path("queued").asInt(0) == 1);
            server(9002).release();
            server(9001).release();

            assertThat(held.answers()).hasSize(76).allMatch(answer -> answer.status() == 200);
        }
    }

    @Test
    void sourceHash() throws IOException {
        try (RunningNode _ = run("source-hash.yaml", 9001, 9002, 9003)) {
            Map<String, String> before = serversOfClients();
            assertThat(before.values()).contains("9001", "9002", "9003");
            assertThat(serversOfClients()).as("always the same").isEqualTo(before);

            server(9002).stop();
            Map<String, String> after = serversOfClients();
            before.forEach((client, server) -> {
                if (server.equals("9002")) {
                    assertThat(after.get(client)).as(client).isNotEqualTo("9002");
                } else {
                    assertThat(after.get(client)).as(client).isEqualTo(server);
                }
            });
        }
    }

    private Map<String, String> serversOfClients() throws IOException {
        Map<String, String> servers = new TreeMap<>();
        for (int i = 1; i <= 60; i++) {
            String own = "127.0.0." + i;
            try (RawClient client = RawClient.openFrom(own, port(8080))) {
                servers.put(own, client.get("/").body());
            }
        }
        return servers;
    }

    @Test
    void backupPair() throws IOException {
        try (RunningNode _ = run("backup-pair.yaml", 9001, 9002, 9003, 9004)) {
            assertThat(shares(20)).containsOnlyKeys("9001", "9002");
            assertThat(get(8081, "/").body()).isIn("9003", "9004");

            server(9001).stop();
            server(9002).stop();
            assertThat(shares(20)).as("the second's servers").containsOnlyKeys("9003", "9004");
            assertThat(get(8081, "/").body()).isIn("9003", "9004");
        }
    }

    @Test
    void degradation() throws IOException {
        try (RunningNode node = run("degradation.yaml", 9001, 9002, 9003)) {
            assertThat(get(8080, "/").body()).isEqualTo("9001");
            assertThat(get(8080, "/recommendations/").body()).isEqualTo("9002");

            server(9002).stop();
            assertThat(get(8080, "/recommendations/").body()).isEqualTo("9003");
            assertThat(get(8080, "/").body()).as("the shop goes on").isEqualTo("9001");

            server(9001).stop();
            Answer sorry = get(8080, "/");
            assertThat(sorry.status()).isEqualTo(503);
            assertThat(sorry.header("Content-Type")).startsWith("text/html");
            assertThat(sorry.body()).isEqualTo(Files.readString(EXAMPLES.resolve("sorry.html")));

            node.awaitStatus("seen", healthIs("unhealthy", "shop", "shop1"));
            assertThat(get(8080, "/").status()).isEqualTo(503);
            server(9001).startAgain();
            server(9002).startAgain();
            node.awaitStatus("back", healthIs("healthy", "shop", "shop1"));
            node.awaitStatus("back", healthIs("healthy", "recommendations", "live"));
            assertThat(get(8080, "/").body()).isEqualTo("9001");
            assertThat(get(8080, "/recommendations/").body()).isEqualTo("9002");
        }
    }

    @Test
    void ejection() throws IOException {
        try (RunningNode node = run("ejection.yaml", 9001, 9002, 9003)) {
            server(9003).breakRequests(true);
            assertServedUntil(
                    node, "ejected", web3 -> web3.path("standing").asString("").equals("ejected"));
            assertThat(shares(20)).containsOnlyKeys("9001", "9002");
            assertThat(node.status().path("backends").path(0).path("panic").asBoolean(true))
                    .isFalse();

            assertServedUntil(node, "back, and slow", web3 -> web3.path("share").asDouble(1) < 1);
            assertServedUntil(
                    node,
                    "ejected again",
                    web3 -> web3.path("ejection").path("times").asInt(0) == 2);
            Alwayson.awaitEvents(
                    node,
                    "shop/web3 is ejected for 2s",
                    "shop/web3 is no longer ejected: its time is over",
                    "shop/web3 is ejected for 4s");
            assertThat(Alwayson.tell(node, "status").output())
                    .containsPattern("web3 +\\S+ +ejected +healthy ")
                    .contains("(2 in succession)");
            assertThat(node.get("/metrics").body())
                    .contains(
                            "alwayson_server_ejected{backend=\"shop\",server=\"web3\"} 1.0",
                            "alwayson_server_ejections_total{backend=\"shop\",server=\"web3\"}"
                                    + " 2.0");

            server(9003).breakRequests(false);
            assertServedUntil(
                    node,
                    "well again",
                    web3 -> web3.path("standing").asString("").equals("serving"));
            assertServedUntil(node, "all its weight", web3 -> web3.path("share").asDouble(0) == 1);
            assertThat(shares(30)).containsOnlyKeys("9001", "9002", "9003");

            assertPanicActs(node);
        }
    }

    /** With one of three left all serve: also those that are down are tried. */
    private void assertPanicActs(RunningNode node) throws IOException {
        server(9001).stop();
        server(9002).stop();
        node.awaitStatus("down", healthIs("unhealthy", "shop", "web1", "web2"));
        node.awaitStatus("panic", ExamplesTest::panics);
        assertThat(node.get("/metrics").body())
                .contains("alwayson_backend_panic{backend=\"shop\"} 1.0");
        long before = node.metric("alwayson_retries_total", "kind=\"connect\"");
        assertThat(shares(10)).as("what they refuse goes on").containsOnlyKeys("9003");
        assertThat(node.metric("alwayson_retries_total", "kind=\"connect\""))
                .as("they were tried")
                .isGreaterThan(before);

        server(9001).startAgain();
        node.awaitStatus("two of three are enough", status -> !panics(status));
        Alwayson.awaitEvents(
                node, "shop panics, every ready server serves", "shop no longer panics");
    }

    private static boolean panics(JsonNode status) {
        return status.path("backends").path(0).path("panic").asBoolean(false);
    }

    /** Until web3 is shown so, every request is answered. */
    private void assertServedUntil(RunningNode node, String what, Predicate<JsonNode> shown) {
        node.awaitStatus(
                what,
                status -> {
                    try {
                        shares(10);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return shown.test(Statuses.server(status, "shop", "web3"));
                });
    }

    @Test
    void redirect() throws IOException {
        try (RunningNode node = run("redirect.yaml", 9001, 9002)) {
            Answer answer = get(8080, "/a/file?part=2");
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.header("Location"))
                    .isIn(
                            "http://127.0.0.1:" + port(9001) + "/a/file?part=2",
                            "http://127.0.0.1:" + port(9002) + "/a/file?part=2");
            server(9001).stop();
            node.awaitStatus("down", healthIs("unhealthy", "downloads", "server1"));
            for (int i = 0; i < 10; i++) {
                assertThat(get(8080, "/").header("Location"))
                        .isEqualTo("http://127.0.0.1:" + port(9002) + "/");
            }
        }
    }

    @Test
    void clientLimits() throws IOException {
        List<RawClient> open = new ArrayList<>();
        try (RunningNode node = run("client-limits.yaml", 9001);
                RawClient other = RawClient.openFrom("127.0.0.2", port(8080))) {
            for (int i = 0; i < 8; i++) {
                open.add(RawClient.open(port(8080)));
                assertThat(open.getLast().get("/").status()).isIn(200, 429);
            }
            assertThatThrownBy(() -> get(8080, "/")).isInstanceOf(IOException.class);

            Answer told = open.getFirst().get("/");
            for (int i = 0; i < 1000 && told.status() == 200; i++) {
                told = open.getFirst().get("/");
            }
            assertThat(told.status()).isEqualTo(429);
            assertThat(told.header("Retry-After")).isEqualTo("1");
            assertThat(other.get("/").status()).isEqualTo(200);
            assertThat(node.get("/metrics").body())
                    .contains("max-connections-per-address\"} 1.0", "alwayson_requests_limited");
            Path accessLog = folder.resolve("node/data-client-limits/web.log");
            Patience.await(
                    "the refused request is logged",
                    () -> read(accessLog).contains("\"status\":429,"));
            assertThat(read(accessLog))
                    .containsPattern("\"status\":200,.*\"reason\":\"\"")
                    .containsPattern("\"status\":429,.*\"reason\":\"rate-limited\"");

            for (int i = 0; i < 20; i++) {
                open.add(RawClient.openFrom("127.0.0.3", port(8080)));
                for (int j = 0; j < 5; j++) {
                    assertThat(open.getLast().get("/").status()).as("exempt").isEqualTo(200);
                }
            }

            comeUntilOneIsRefused(node, open);
            assertThat(other.get("/").status()).as("who is in stays").isEqualTo(200);
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void requestId() throws IOException {
        try (RunningNode node = run("request-id.yaml", 9001);
                RawClient anybody = RawClient.open(port(8080));
                RawClient proxy = RawClient.openFrom("127.0.0.2", port(8080))) {
            assertThat(anybody.send("GET", "/", "", "X-Request-Id: mine-1").status())
                    .isEqualTo(200);
            String given = server(9001).lastRequestId();
            assertThat(given).matches("[0-9a-f]{32}");
            assertThat(proxy.send("GET", "/", "", "X-Request-Id: mine-1").status()).isEqualTo(200);
            assertThat(server(9001).lastRequestId()).isEqualTo("mine-1");

            server(9001).stop();
            node.awaitStatus("down", healthIs("unhealthy", "shop", "web1"));
            Answer told = get(8080, "/");
            assertThat(told.status()).isEqualTo(503);
            assertThat(told.header("X-Request-Id")).matches("[0-9a-f]{32}").isNotEqualTo(given);
            Path accessLog = folder.resolve("node/data-request-id/web.log");
            for (String id : List.of(given, "mine-1", told.header("X-Request-Id"))) {
                Patience.await(
                        "the line of " + id,
                        () -> read(accessLog).contains(",\"request_id\":\"" + id + "\"}\n"));
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Eight clients of each address, until the frontend has as many as it may. */
    private void comeUntilOneIsRefused(RunningNode node, List<RawClient> open) throws IOException {
        String counter = "alwayson_client_connections_refused_total";
        int address = 0;
        while (node.metric(counter, "reason=\"max-connections\"") == 0) {
            assertThat(++address).as("addresses").isLessThan(250);
            try {
                for (int i = 0; i < 8; i++) {
                    open.add(RawClient.openFrom("127.0.1." + address, port(8080)));
                }
            } catch (SocketException refused) {
                // Reset before connecting has returned: the metric tells.
            }
        }
        assertThat(address).as("addresses of eight, for 1000 connections").isGreaterThan(120);
    }

    @Test
    void tcp() throws IOException {
        Map<Integer, TcpServer> replicas = new LinkedHashMap<>();
        String file = read("tcp.yaml");
        for (int each : new int[] {9001, 9002}) {
            replicas.put(each, TcpServer.start("" + each, port(each)));
        }
        try (RunningNode node = start(file)) {
            node.awaitStatus("both healthy", healthIs("healthy", "replicas", "db1", "db2"));
            try (RawClient one = RawClient.open(port(8080))) {
                // Who comes before the first is counted may go to the same server: loops do not
                // wait.
                String first = one.read(4);
                try (RawClient two = RawClient.open(port(8080))) {
                    assertThat(List.of(first, two.read(4)))
                            .containsExactlyInAnyOrder("9001", "9002");
                    assertThat(connections(node.status(), "replicas", "db1")).isEqualTo(1);

                    one.write("\0any bytes\r\n");
                    assertThat(one.read(12)).isEqualTo("\0any bytes\r\n");

                    two.write("the last words");
                    two.endOutput();
                    assertThat(two.readToEnd()).isEqualTo("the last words and goodbye");
                }
            }
            node.awaitStatus(
                    "both are let go",
                    status ->
                            connections(status, "replicas", "db1") == 0
                                    && connections(status, "replicas", "db2") == 0);
        } finally {
            for (TcpServer replica : replicas.values()) {
                replica.close();
            }
        }
    }
}
