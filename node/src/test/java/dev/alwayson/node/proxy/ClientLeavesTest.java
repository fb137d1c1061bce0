package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.setting.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the access log says of a client that leaves: what was awaited, and for how long. */
class ClientLeavesTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir Path folder;

    @Test
    void beforeTheResponsesHead() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = silent(came);
                Rig rig = logged(Rig.of(server));
                RawClient client = rig.client()) {
            client.send(GET);
            came.await();
            reset(client);
            assertThat(line()).contains("\"state\":\"CH\",\"reason\":\"client-closed\"");
        }
    }

    @Test
    void beforeAllOfItsBodyHasCome() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = silent(came);
                Rig rig = logged(Rig.of(server));
                RawClient client = rig.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
            came.await();
            reset(client);
            assertThat(line()).contains("\"state\":\"CD\",\"reason\":\"client-closed\"");
        }
    }

    @Test
    void beforeAllOfTheResponsesBodyHasCome() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                            peer.head();
                        });
                Rig rig = logged(Rig.of(server));
                RawClient client = rig.client()) {
            client.send(GET).head();
            reset(client);
            assertThat(line()).contains("\"state\":\"CD\",\"reason\":\"client-closed\"");
        }
    }

    @Test
    void beforeAServerHasRoom() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = silent(came);
                Rig rig =
                        logged(
                                Rig.of(
                                        b ->
                                                Settings.servers(
                                                        b, s -> Settings.maxConnections(s, 1)),
                                        server));
                RawClient first = rig.client();
                RawClient client = rig.client()) {
            first.send(GET);
            came.await();
            client.send(GET);
            Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
            reset(client);
            assertThat(line())
                    .contains("\"state\":\"CQ\",\"reason\":\"client-closed\"")
                    .containsPattern("\"queue_ms\":[0-9.]+,\"connect_ms\":null");
        }
    }

    @Test
    void beforeAServerTakesTheConnection() throws Exception {
        try (RawServer server = RawServer.answering("never asked");
                FullServer full = new FullServer();
                Rig rig = logged(Rig.of(Settings::connectingForLong, server))) {
            rig.backend("app", Settings.servers(rig.backend("app"), _ -> Server.at(full.address())))
                    .load();
            try (RawClient client = rig.client()) {
                client.send(GET);
                Rig.eventually("it is on its way", () -> rig.proxy.connections.servers.get() == 1);
                reset(client);
                assertThat(line())
                        .contains("\"state\":\"CC\",\"reason\":\"client-closed\"")
                        .containsPattern("\"queue_ms\":[0-9.]+,\"connect_ms\":null");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void beforeAllOfItsHeadHasCome(boolean reset) throws Exception {
        String half = "GET / HTTP/1.1\r\nHo";
        try (RawServer server = RawServer.answering("x");
                Rig rig = logged(Rig.of(server))) {
            try (RawClient client = rig.client()) {
                client.get("/");
                client.send(half);
                Rig.eventually("it is read", () -> client.unread() == 0);
                if (reset) {
                    client.socket.setSoLinger(true, 0);
                } else {
                    client.socket.shutdownOutput();
                    assertThat(client.closed()).isTrue();
                }
            }
            Rig.eventually("two lines", () -> lines().size() == 2);
            assertThat(lines().getLast())
                    .contains("\"request\":\"GET / HTTP/1.1\",\"status\":0,")
                    .contains("\"bytes_read\":" + half.length() + ",")
                    .contains("\"state\":\"CR\",\"reason\":\"client-closed\"");
            rig.assertNothingLeft();
        }
        assertThat(lines()).as("and no more").hasSize(2);
    }

    @Test
    void inTheMiddleOfALineThatTheLogHasNoRoomFor() throws Exception {
        Limits wide = new Limits(ByteSize.kib(64), ByteSize.kib(64), 100);
        try (RawServer server = RawServer.answering("never asked");
                Rig rig =
                        logged(
                                Rig.of(server)
                                        .frontend(f ->
                                                FrontendDraft.of(
                                                        f, draft -> draft.limits = wide)));
                RawClient client = rig.client()) {
            client.send("GET /" + "x".repeat(20_000)).socket.shutdownOutput();
            assertThat(client.closed()).isTrue();
            assertThat(line())
                    .contains("\"request\":\"GET /" + "x".repeat(8192 - 5) + "\",\"status\":0,");
        }
    }

    /** As checks of a port do, browsers that connect ahead, and old clients after a body. */
    @Test
    void withoutARequestAtAll() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = logged(Rig.of(server))) {
            for (String nothing : List.of("", "\r\n")) {
                try (RawClient client = rig.client()) {
                    client.send(nothing).socket.shutdownOutput();
                    assertThat(client.closed()).isTrue();
                }
            }
            try (RawClient asking = rig.client()) {
                asking.get("/");
            }
            rig.assertNothingLeft();
        }
        assertThat(lines()).singleElement().asString().contains("\"status\":200");
    }

    @Test
    void whoIsCutOffIsSaidToHaveWaitedForTheSame() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = silent(came);
                Rig rig = logged(Rig.of(server));
                RawClient asking = rig.client();
                RawClient sending = rig.client()) {
            asking.send(GET);
            came.await();
            sending.send("GET");
            Rig.eventually("it is read", () -> sending.unread() == 0);
            rig.timeout(Duration.ofMillis(100)).withoutFrontend().load();
            Rig.eventually("two lines", () -> lines().size() == 2);
            assertThat(lines())
                    .anyMatch(line -> line.contains("\"state\":\"KH\",\"reason\":\"stopping\""))
                    .anyMatch(line -> line.contains("\"state\":\"KR\",\"reason\":\"stopping\""));
        }
    }

    private static RawServer silent(CountDownLatch came) throws IOException {
        return RawServer.of(peer -> {
            peer.head();
            came.countDown();
            peer.head();
        });
    }

    private Rig logged(Rig rig) {
        return rig.frontend(f -> Settings.logged(f, folder.resolve("access.log"))).load();
    }

    private static void reset(RawClient client) throws IOException {
        client.socket.setSoLinger(true, 0);
        client.close();
    }

    private List<String> lines() {
        return LoggedLines.of(folder.resolve("access.log"));
    }

    /** The only one. */
    private String line() {
        Rig.eventually("a line", () -> !lines().isEmpty());
        assertThat(lines()).hasSize(1);
        return lines().getFirst();
    }
}
