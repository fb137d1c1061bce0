package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file changes while requests run, and nobody who is served notices. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadUnderLoadTest {

    @TempDir private Path folder;
    private final List<WebServer> servers = new ArrayList<>();
    private int port;
    private int secondPort;

    @BeforeEach
    void threeServers() throws IOException {
        port = FreePort.one();
        secondPort = FreePort.one();
        for (int i = 1; i <= 3; i++) {
            servers.add(WebServer.start("web" + i));
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (WebServer server : servers) {
            server.close();
        }
    }

    private static final String ANOTHER = "\n  other: {bind: \"127.0.0.1:%d\", backend: shop}";

    /** A file with as many of the servers as there are weights, and perhaps another frontend. */
    private String file(String another, int... weights) {
        StringBuilder text =
                new StringBuilder(
                        """
                        frontends:
                          web: {bind: "127.0.0.1:%d", backend: shop, upgrade: [websocket]}%s
                        backends:
                          shop:
                            health-check: {http: /health, interval: 500ms, timeout: 500ms}
                            servers:
                        """
                                .formatted(port, another.formatted(secondPort)));
        for (int i = 0; i < weights.length; i++) {
            WebServer server = servers.get(i);
            text.append(
                    "      %s: {address: \"127.0.0.1:%d\", weight: %d}\n"
                            .formatted(server.name(), server.port(), weights[i]));
        }
        return text.toString();
    }

    private RunningNode start() {
        return RunningNode.start(folder.resolve("node"), file("", 1, 1));
    }

    private static void reload(RunningNode node, String file) {
        node.rewrite(file);
        Alwayson reload = Alwayson.tell(node, "reload");
        assertThat(reload).isEqualTo(new Alwayson(0, "The configuration is applied.\n", ""));
    }

    private static void hangUp(RunningNode node, String file) {
        int before = applied(node);
        node.rewrite(file);
        node.signal("HUP");
        Patience.await("the file is applied", () -> applied(node) > before);
    }

    private static int applied(RunningNode node) {
        return node.log().split("configuration applied, asked by SIGHUP", -1).length;
    }

    @Test
    void noReloadCostsARequestOrAConnection() throws IOException {
        try (RunningNode node = start();
                Load keeping = Load.on(port, Load.Habit.KEEP, 8);
                Load closing = Load.on(port, Load.Habit.CLOSE, 4)) {
            reload(node, file("", 5, 1));
            keeping.awaitMore(200);

            hangUp(node, file("", 5, 1, 3));
            node.awaitStatus("the third is healthy", healthIs("healthy", "shop", "web3"));
            keeping.awaitMore(200);
            assertThat(keeping.answeredBy("web3")).as("the new server's share").isPositive();

            reload(node, file(ANOTHER, 5, 1, 3));
            assertThat(RawClient.once(secondPort, "/").status()).isEqualTo(200);

            hangUp(node, file(ANOTHER, 1));
            keeping.awaitMore(50); // what was on its way to it has ended
            int gone = keeping.answeredBy("web2");
            keeping.awaitMore(200);
            assertThat(keeping.answeredBy("web2")).as("a server that is gone").isEqualTo(gone);

            reload(node, file("", 1));
            Patience.await("nobody listens there", () -> RawClient.refused(secondPort));
            keeping.awaitMore(200);
            reload(node, file("", 1, 1, 1));
            keeping.awaitMore(200);
            keeping.stop();
            closing.stop();

            assertThat(keeping.failures()).as(node.log()).isEmpty();
            assertThat(closing.failures()).as(node.log()).isEmpty();
            assertThat(keeping.opened()).as("no kept connection was closed").isEqualTo(8);
        }
    }

    @Test
    void reloadsInARowEndWithTheLastFile() throws IOException {
        try (RunningNode node = start();
                Load closing = Load.on(port, Load.Habit.CLOSE, 4)) {
            for (int i = 0; i < 25; i++) {
                node.rewrite(file(ANOTHER, 1, 1));
                assertThat(node.post("/api/v1/reload").body()).contains("\"applied\":true");
                assertThat(RawClient.once(secondPort, "/").status()).isEqualTo(200);

                node.rewrite(file("", 1, 1));
                assertThat(node.post("/api/v1/reload").body()).contains("\"applied\":true");
            }
            closing.stop();

            Patience.await("nobody listens there", () -> RawClient.refused(secondPort));
            assertThat(closing.failures()).as(node.log()).isEmpty();
        }
    }

    @Test
    void aFileWithProblemsChangesNothingAndSaysWhy() throws IOException {
        try (RunningNode node = start();
                Load keeping = Load.on(port, Load.Habit.KEEP, 4)) {
            node.rewrite(file("", 1) + "    colour: blue\nfrontend: {}\n");

            Alwayson reload = Alwayson.tell(node, "reload");
            node.signal("HUP");
            Patience.await(
                    "the signal's refusal is in the log",
                    () -> node.log().contains("configuration refused, asked by SIGHUP"));
            int before = keeping.answeredBy("web2");
            keeping.awaitMore(200);
            keeping.stop();

            assertThat(reload.exitCode()).isEqualTo(1);
            assertThat(reload.errors())
                    .containsPattern("alwayson.yaml:\\d+:\\d+: backends.shop.colour: ")
                    .containsPattern("alwayson.yaml:\\d+:\\d+: frontend: .*frontends")
                    .endsWith("Traffic goes on as before.\n");
            assertThat(keeping.answeredBy("web2")).as("still a server").isGreaterThan(before);
            assertThat(keeping.failures()).isEmpty();
            assertThat(keeping.opened()).isEqualTo(4);
        }
    }

    @Test
    void anAddressInUseIsAProblemOfTheFileToo() throws IOException {
        try (RunningNode node = start();
                WebServer other = WebServer.start("other", secondPort)) {
            node.rewrite(file(ANOTHER, 1));

            Alwayson reload = Alwayson.tell(node, "reload");

            assertThat(reload.exitCode()).isEqualTo(1);
            assertThat(reload.errors())
                    .contains("frontend other: 127.0.0.1:" + secondPort + ": cannot listen there")
                    .endsWith("Traffic goes on as before.\n");
            assertThat(RawClient.once(secondPort, "/").body()).isEqualTo(other.name());
            assertThat(RawClient.once(port, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void anOpenWebSocketGoesOn() throws IOException {
        try (RunningNode node = start();
                RawClient socket = RawClient.open(port)) {
            socket.write(
                    "GET /chat HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(socket.answer().status()).isEqualTo(101);
            socket.write("before");
            assertThat(socket.read(6)).isEqualTo("before");

            reload(node, file("", 3, 1));
            hangUp(node, file("", 3, 1, 1));
            reload(node, file(ANOTHER, 1, 1, 2));

            socket.write("after");
            assertThat(socket.read(5)).isEqualTo("after");
        }
    }
}
