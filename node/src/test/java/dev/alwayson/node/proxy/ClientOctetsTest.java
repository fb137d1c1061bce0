package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.proxy.RawClient.Response;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a frontend's clients send, and are sent, is counted as it moves. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientOctetsTest {

    private static final String RECEIVED = "alwayson_frontend_received_bytes";
    private static final String SENT = "alwayson_frontend_sent_bytes";
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: example.com\r\n";
    private static final String SWITCH =
            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    /** A server that waits for it holds its answer back. */
    private final CountDownLatch goOn = new CountDownLatch(1);

    @TempDir private Path folder;

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    private static void assertCounted(Rig rig, String what, long received, long sent) {
        Rig.eventually(
                what + ": " + received + " octets received, " + sent + " sent",
                () -> counted(rig, RECEIVED) == received && counted(rig, SENT) == sent);
    }

    /** Also when nothing runs any more: what is counted twice may be so at the end. */
    private void assertCountedInAll(
            Rig rig, String what, long received, long sent, RawClient... clients)
            throws IOException {
        assertCounted(rig, what, received, sent);
        goOn.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        rig.assertNothingLeft();
        assertThat(counted(rig, RECEIVED)).as(what + ": octets received").isEqualTo(received);
        assertThat(counted(rig, SENT)).as(what + ": octets sent").isEqualTo(sent);
    }

    private static long counted(Rig rig, String name) {
        return (long) ClientLimitsTest.counted(rig, name);
    }

    private static RawServer answeringBodies(int length) throws IOException {
        return RawServer.of(peer -> {
            while (!peer.head().isEmpty()) {
                peer.body(length);
                peer.answer("hello");
            }
        });
    }

    // ---- requests ----

    @Test
    void ofRequestsOnKeptConnectionsAsTheAccessLogHasThem() throws Exception {
        Path log = folder.resolve("web.log");
        String request = HEAD + "Content-Length: 10\r\n\r\n0123456789";
        int requests = 0;
        long sent = 0;
        try (RawServer server = answeringBodies(10);
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load()) {
            for (int connection = 0; connection < 8; connection++) { // Over both event loops.
                try (RawClient client = rig.client()) {
                    for (int i = 0; i < 3; i++) {
                        Response response = client.send(request).response();
                        requests++;
                        sent += response.head().length() + response.body().length();
                    }
                }
            }
            assertCountedInAll(rig, "requests", (long) requests * request.length(), sent);
        }
        assertThat(logged(log, "bytes_read")).isEqualTo((long) requests * request.length());
        assertThat(logged(log, "bytes_sent")).isEqualTo(sent);
    }

    private static long logged(Path log, String member) {
        Pattern value = Pattern.compile("\"" + member + "\":(\\d+)");
        long sum = 0;
        for (String line : LoggedLines.of(log)) {
            Matcher found = value.matcher(line);
            assertThat(found.find()).as(line).isTrue();
            sum += Long.parseLong(found.group(1));
        }
        return sum;
    }

    @Test
    void ofChunkedBodiesWithTheLinesAroundTheChunks() throws Exception {
        String chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        String request = HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.body(chunks.length());
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "4\r\nmore\r\n0\r\n\r\n");
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            int sent = client.send(request).head().length();
            sent += client.in.readNBytes("4\r\nmore\r\n0\r\n\r\n".length()).length;
            assertCountedInAll(rig, "chunks", request.length(), sent, client);
        }
    }

    @Test
    void ofAnAnswerWhileItRunsAndWhenItBreaksOff() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                            peer.send("x".repeat(300));
                            goOn.await();
                            peer.send("y".repeat(100));
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            int head = client.send(request).head().length();
            client.in.readNBytes(300);
            assertCounted(rig, "while it runs", request.length(), head + 300);

            goOn.countDown();
            assertBreaks(client);
            assertCountedInAll(rig, "broken off", request.length(), head + 400, client);
        }
    }

    private static void assertBreaks(RawClient client) throws IOException {
        try {
            assertThat(client.in.readAllBytes()).hasSizeLessThan(700);
        } catch (SocketException _) {
            // It is reset, lest it takes what came for all.
        }
    }

    @Test
    void ofAnUploadWhileItRunsAndWhenItBreaksOff() throws Exception {
        String head = HEAD + "Content-Length: 1000\r\n\r\n";
        try (RawServer server = answeringBodies(1000);
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                client.send(head);
                assertCounted(rig, "its head", head.length(), 0);
                client.send("x".repeat(300));
                assertCounted(rig, "while it runs", head.length() + 300, 0);
            }
            assertCountedInAll(rig, "broken off", head.length() + 300, 0);
        }
    }

    @Test
    void ofWhatIsRefusedAndOfWhatNobodyReadsBehindIt() throws Exception {
        String refused = "NO SUCH\tTHING\r\n\r\n";
        try (RawServer server = RawServer.answering("");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            String answer = client.send(refused + "and more").head();
            assertThat(answer).startsWith("HTTP/1.1 400 ");
            int sent = answer.length() + client.in.readAllBytes().length;
            assertCountedInAll(rig, "a refusal", refused.length() + 8, sent, client);
        }
    }

    // ---- tunnels ----

    @Test
    void ofATcpConnectionWhileItRuns() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.send("welcome");
                            peer.body(5);
                            peer.send("bye");
                            goOn.await();
                        });
                Rig rig = Rig.of(server).frontend(Settings::tcp).load();
                RawClient client = rig.client()) {
            client.in.readNBytes(7);
            assertCounted(rig, "the server's first", 0, 7);
            client.send("hello");
            client.in.readNBytes(3);
            assertCountedInAll(rig, "both ways", 5, 10, client);
        }
    }

    @Test
    void ofATcpClientThatSaysAllAtOnceAndEndsItsHalf() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.in.readAllBytes();
                            peer.send("bye");
                        });
                Rig rig = Rig.of(server).frontend(Settings::tcp).load();
                RawClient client = rig.client()) {
            client.send("hello").socket.shutdownOutput();
            assertThat(new String(client.in.readAllBytes(), US_ASCII)).isEqualTo("bye");
            assertCountedInAll(rig, "all", 5, 3, client);
        }
    }

    /** Reading is off until there is a server, but for a client that has ended its half. */
    @Test
    void ofATcpClientThatEndsItsHalfInTheQueue() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            taken.countDown();
                            goOn.await();
                        });
                Rig rig =
                        Rig.of(b -> Settings.servers(b, s -> Settings.maxConnections(s, 1)), server)
                                .frontend(Settings::tcp)
                                .load();
                RawClient first = rig.client()) {
            taken.await();
            try (RawClient waiting = rig.client()) {
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                waiting.send("hello").socket.shutdownOutput();
                assertCountedInAll(rig, "what it said", 5, 0, first, waiting);
            }
        }
    }

    @Test
    void ofAWebsocketFromItsRequestOn() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(SWITCHED + "early");
                            peer.body(9);
                            peer.send("and more");
                            goOn.await();
                        });
                Rig rig = Rig.of(server).frontend(Settings::websocket).load();
                RawClient client = rig.client()) {
            int sent = client.send(SWITCH + "early").head().length();
            client.in.readNBytes(5);
            assertCounted(rig, "with what came early", SWITCH.length() + 5, sent + 5);
            client.send("late");
            client.in.readNBytes(8);
            assertCountedInAll(rig, "both ways", SWITCH.length() + 9, sent + 13, client);
        }
    }

    // ---- reloads ----

    enum Kind {
        HTTP,
        TCP
    }

    @ParameterizedTest
    @EnumSource
    void goOnOverAReload(Kind kind) throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
        try (RawServer server = RawServer.answering("hello");
                Rig rig = Rig.of(server)) {
            if (kind == Kind.TCP) {
                rig.frontend(Settings::tcp).load();
            }
            try (RawClient client = rig.client()) {
                Response response = client.send(request).response();
                int sent = response.head().length() + 5;
                assertCounted(rig, "before", request.length(), sent);

                rig.frontend(f -> Settings.tunnel(f, Duration.ofMinutes(7))).load();
                assertCounted(rig, "reloaded", request.length(), sent);
                client.send(request).response();
                assertCounted(rig, "the old connection", 2L * request.length(), 2L * sent);
                try (RawClient next = rig.client()) {
                    next.send(request).response();
                    assertCountedInAll(
                            rig, "a new one", 3L * request.length(), 3L * sent, client, next);
                }
            }
        }
    }

    @Test
    void goOnWithATunnelWhoseFrontendIsGoneAndAreForgottenAfterIt() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            for (int i = 0; i < 2; i++) {
                                peer.body(5);
                                peer.send("bye");
                            }
                            goOn.await();
                        });
                Rig rig = Rig.of(server).frontend(Settings::tcp).load()) {
            try (RawClient client = rig.client()) {
                client.send("hello").in.readNBytes(3);
                rig.withoutFrontend().load();
                client.send("again").in.readNBytes(3);
                rig.load();
                assertThat(names(rig)).containsExactly(RECEIVED, SENT);
                assertCountedInAll(rig, "without its frontend", 10, 6, client);
            }
            Rig.eventually("they are forgotten", () -> names(rig.loadChanged()).isEmpty());
        }
    }

    /** Of the two counters, those that any frontend has a line of. */
    private static List<String> names(Rig rig) {
        return Stream.of(RECEIVED, SENT).filter(name -> ClientLimitsTest.shown(rig, name)).toList();
    }
}
