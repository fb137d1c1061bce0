package dev.alwayson.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.hosts.Host;
import dev.alwayson.e2e.hosts.PrivateNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A node as a process, in front of servers on hosts that fail. */
class RunningNodeTest {

    @TempDir private Path folder;

    @Test
    void requestsGoOnWhenAHostIsCutOffAndItsServerIsBackWhenItsCableIs() throws IOException {
        int port = FreePort.one();
        try (PrivateNetwork network = PrivateNetwork.open()) {
            Host one = webServer(network, "web1");
            Host two = webServer(network, "web2");
            String file = twoServers(port, one, two);
            try (RunningNode node = RunningNode.start(folder.resolve("node"), file)) {
                node.awaitStatus("both healthy", status -> healthy(status) == 2);

                one.cutOff();
                for (int i = 0; i < 20; i++) {
                    assertThat(get(port)).isIn("web1 is well\n", "web2 is well\n");
                }
                node.awaitStatus("one healthy", status -> healthy(status) == 1);
                assertThat(get(port)).isEqualTo("web2 is well\n");

                one.reconnect();
                node.awaitStatus("both healthy again", status -> healthy(status) == 2);

                node.signal("TERM");
                assertThat(node.awaitEnd(Duration.ofSeconds(20))).as(node.log()).isZero();
            }
        }
    }

    @Test
    void aFileWithProblemsStartsNothingAndSaysThemAll() {
        assertThatThrownBy(() ->
                        RunningNode.start(
                                folder.resolve("node"), "frontend: {}\nbackends: {shop: {}}\n"))
                .hasMessageContaining("frontend")
                .hasMessageContaining("servers");
    }

    @Test
    void itWritesNumbersAlikeInEveryLanguage() throws IOException {
        List<String> arabic = new ArrayList<>(LauncherOptions.all());
        arabic.addAll(List.of("-Duser.language=ar", "-Duser.country=EG"));
        String file =
                """
                frontends: {web: {bind: "127.0.0.1:%d", backend: shop}}
                backends: {shop: {servers: {web1: "127.0.0.1:%d"}}}
                """
                        .formatted(FreePort.one(), FreePort.one());
        try (RunningNode node = RunningNode.start(folder.resolve("node"), file, arabic)) {
            node.awaitStatus(
                    "none serves", _ -> node.log().contains("new work goes to 0 of 1 servers"));
            assertThat(node.log()).doesNotContain("\u0660", "\u0661");
        }
    }

    @Test
    void withoutAFolderForTemporaryFilesItUsesItsOwn() {
        String elsewhere = "-Djava.io.tmpdir=" + folder.resolve("missing");
        Path home = folder.resolve("node");
        try (RunningNode node =
                RunningNode.start(home, "frontends: {}\n", LauncherOptions.with(elsewhere))) {
            assertThat(node.log()).doesNotContain("ERROR").doesNotContain("\tat ");
            assertThat(home.resolve("data")).isDirectoryNotContaining("glob:**alwayson-*");
        }
    }

    @Test
    void aNodeThatIsKilledLeavesNoTemporaryFiles() throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        try (RunningNode node =
                RunningNode.start(
                        folder.resolve("node"),
                        "frontends: {}\n",
                        LauncherOptions.with("-Djava.io.tmpdir=" + temporary))) {
            node.signal("KILL");
            assertThat(node.awaitEnd(Duration.ofSeconds(20))).isEqualTo(128 + 9);
        }
        assertThat(temporary).isEmptyDirectory();
    }

    private static String twoServers(int port, Host one, Host two) {
        return """
        frontends:
          web: {bind: "127.0.0.1:%d", backend: shop}
        backends:
          shop:
            health-check: {http: /health, interval: 200ms, fast-interval: 200ms, timeout: 200ms}
            servers:
              web1: {address: "%s:8080"}
              web2: {address: "%s:8080"}
        """
                .formatted(port, one.address(), two.address());
    }

    private static Host webServer(PrivateNetwork network, String name) {
        Host host = network.host(name);
        host.start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.alwayson.app.demo.DemoServer",
                name,
                host.address(),
                "8080");
        return host;
    }

    private static long healthy(JsonNode status) {
        return status.path("backends")
                .path(0)
                .path("servers")
                .valueStream()
                .filter(server -> server.path("health").asString().equals("healthy"))
                .count();
    }

    private static String get(int port) throws IOException {
        var connection = URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
        connection.setConnectTimeout(20_000);
        connection.setReadTimeout(20_000);
        try (var body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
