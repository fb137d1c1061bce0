package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.LauncherOptions;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections in floods, answers that do not come or do not end, uploads that nobody takes, and
 * clients that take nothing: those who ask beside them are all answered, in bounded memory.
 */
@Tag("alone")
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FloodTest {

    private static final int BESIDE = 4;
    private static final int UPLOADS = 100;
    private static final int DEAF = 1000;

    /** With this much memory for buffers, half of which they may hold. */
    private static final int MEBIBYTES = 48;

    /** What docs/security.md says of a node at rest, and all that buffers can get. */
    private static final long MOST_BYTES = 200_000_000 + (MEBIBYTES << 20);

    /** What a body that nobody takes costs at most, as docs/security.md says. */
    private static final long MOST_BYTES_EACH = 256 * 1024;

    @TempDir private Path folder;
    private int port;
    private WebServer shop;
    private BodyServer odd;
    private RunningNode node;

    @BeforeEach
    void aNodeWithLittleMemoryForBuffers() throws IOException {
        port = FreePort.one();
        shop = WebServer.start("shop");
        odd = BodyServer.start();
        String file =
                """
                frontends:
                  web:
                    bind: "127.0.0.1:%d"
                    backend: shop
                    routes:
                      - {path: /large, backend: odd}
                      - {path: /endless, backend: odd}
                      - {path: /never, backend: odd}
                      - {path: /unread, backend: odd}
                    timeouts: {request-head: 3s}
                    access-log: ./web.log
                backends:
                  shop: {servers: {web1: "127.0.0.1:%d"}}
                  odd:
                    health-check: tcp
                    timeouts: {response: 2s, try: 2s}
                    servers: {odd1: "127.0.0.1:%d"}
                """
                        .formatted(port, shop.port(), odd.port());
        node =
                RunningNode.start(
                        folder.resolve("node"),
                        file,
                        LauncherOptions.with("-XX:MaxDirectMemorySize=" + MEBIBYTES + "m"));
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        shop.close();
        odd.close();
    }

    private interface Attack {
        void run() throws IOException;
    }

    /** Attacks while others ask, who get all their answers. */
    private void beside(Attack attack) throws IOException {
        try (Load others = Load.on(port, Load.Habit.KEEP, BESIDE)) {
            attack.run();
            others.awaitMore(200);
            others.stop();
            assertThat(others.failures()).as(node.log()).isEmpty();
        }
        assertThat(node.log()).doesNotContain("ERROR");
        assertThat(node.footprint().mostResidentBytes())
                .as("resident octets at any moment")
                .isLessThan(MOST_BYTES);
        Patience.await(
                "every connection is gone", () -> node.metric("alwayson_client_connections") == 0);
        Patience.await("no buffer is held", () -> used() == 0);
    }

    private long used() {
        return node.metric("alwayson_buffer_memory_bytes", "kind=\"used\"");
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n";
    }

    @Test
    void thousandsOfConnectionsThatComeAndGoOrSayNothing() throws IOException {
        beside(() -> {
            try (Crowd crowd = new Crowd(port)) {
                crowd.passBy(2000);
                crowd.join(1000, "");
                crowd.passBy(2000);
                assertThat(crowd.listen()).as("every silent one is ended").isZero();
            }
        });
    }

    @Test
    void whoCannotBeAcceptedForWantOfADescriptorWaitsUntilThereIsOne() throws IOException {
        assertThat(RawClient.once(port, "/").status()).isEqualTo(200);
        node.allowDescriptors(node.footprint().descriptors());
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(RawClient.open(port));
        }
        Patience.await(
                "its log speaks of it",
                () ->
                        node.log()
                                .contains(
                                        "127.0.0.1:" + port + ": connections cannot be accepted"));
        node.allowDescriptors(1024);
        for (RawClient client : waiting) {
            assertThat(client.get("/").status()).isEqualTo(200);
            client.close();
        }
        assertThat(node.log()).doesNotContain("Exception");
    }

    @Test
    void aServerThatNeverAnswersCostsItsOwnClientsA504() throws IOException {
        beside(() -> {
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                RawClient client = RawClient.open(port);
                waiting.add(client);
                client.write(get("/never"));
            }
            for (RawClient client : waiting) {
                assertThat(client.answer().status()).isEqualTo(504);
                client.close();
            }
        });
        assertThat(node.metric("http_requests_total", "status=\"504\"")).isEqualTo(300);
    }

    @Test
    void anAnswerWithoutEndGoesAsFastAsItsClientTakesItAndEndsWithIt() throws IOException {
        beside(() -> {
            try (RawClient taking = RawClient.open(port);
                    RawClient still = RawClient.open(port)) {
                taking.write(get("/endless"));
                for (int i = 0; i < 100; i++) {
                    taking.read(1 << 20);
                }
                assertThat(used()).isLessThan(MOST_BYTES_EACH);

                still.write(get("/endless"));
                Patience.await("it has begun", () -> odd.connections() == 2);
            }
            Patience.await("the server is told", () -> odd.connections() == 0);
        });
    }

    @Test
    void uploadsWithoutEndIntoAServerThatDoesNotReadWaitForItAndEndWithA504() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        beside(() -> {
            for (int i = 0; i < UPLOADS; i++) {
                RawClient client = RawClient.open(port);
                clients.add(client);
                Thread.ofVirtual().start(() -> uploadWithoutEnd(client));
            }
            Patience.await(
                    "each is told",
                    () -> {
                        assertThat(used()).isLessThan(UPLOADS * MOST_BYTES_EACH);
                        return node.metric("http_requests_total", "status=\"504\"") == UPLOADS;
                    });
            for (RawClient client : clients) {
                client.close();
            }
        });
    }

    private static void uploadWithoutEnd(RawClient client) {
        String block = "x".repeat(1 << 16);
        try {
            client.write("POST /unread HTTP/1.1\r\nHost: shop\r\n");
            client.write("Content-Length: " + Long.MAX_VALUE / 2 + "\r\n\r\n");
            while (true) {
                client.write(block);
            }
        } catch (IOException e) {
            return; // The node has closed it, as it is to.
        }
    }

    @Test
    void clientsThatTakeNothingCannotTakeAllMemory() throws IOException {
        beside(() -> {
            try (Crowd crowd = new Crowd(port)) {
                crowd.joinDeaf(DEAF, get("/large"));
                Patience.await(
                        "some are closed",
                        () -> node.metric("alwayson_client_connections_cut_total") > 50);
                Patience.await("there is room", () -> used() <= MEBIBYTES << 19);
            }
        });
        assertThat(node.log())
                .containsOnlyOnce("Buffers hold more than " + MEBIBYTES / 2 + " MiB: clients that");
    }
}
