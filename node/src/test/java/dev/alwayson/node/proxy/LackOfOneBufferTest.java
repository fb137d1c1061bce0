package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Eject;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client and a server talk, and there is no memory for one of the buffers that it takes: for the
 * first, for the second, and so on, until all have been missed.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LackOfOneBufferTest {

    private static final int MOST_BUFFERS = 200;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String LARGE = "x".repeat(9_000);

    @TempDir private Path folder;
    private Path log = Path.of("");
    private final Exhaustible allocator = new Exhaustible();
    private final BufferMemory memory = new BufferMemory(allocator, 1 << 30);

    /** What both say, each to its end. */
    enum Talk {
        LENGTHS(
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 9000\r\n\r\n"
                        + LARGE,
                "x".repeat(9_000),
                "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + LARGE,
                LARGE),
        SMALL(
                "PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nsmall",
                "small",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall",
                "small"),
        CHUNKS(
                "PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding:"
                        + " chunked\r\n\r\n5\r\nsmall\r\n2328\r\n"
                        + LARGE
                        + "\r\n0\r\nX-End: 1\r\n\r\n",
                "X-End: 1\r\n\r\n",
                "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nsmall\r\n2328\r\n"
                        + LARGE
                        + "\r\n0\r\nX-End: 1\r\n\r\n",
                "X-End: 1\r\n\r\n"),
        TUNNEL(
                "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nping",
                "ping",
                "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\npong",
                "pong");

        private final String request;
        private final String requestEnd;
        private final String response;
        private final String responseEnd;

        Talk(String request, String requestEnd, String response, String responseEnd) {
            this.request = request;
            this.requestEnd = requestEnd;
            this.response = response;
            this.responseEnd = responseEnd;
        }

        void serve(RawServer.Peer peer) throws IOException {
            while (!peer.head().isEmpty()) {
                if (this == TUNNEL) {
                    peer.send(response);
                    heard(peer.in);
                    return;
                }
                if (!heard(peer.in)) {
                    return;
                }
                peer.send(response);
            }
        }

        private boolean heard(InputStream in) throws IOException {
            StringBuilder heard = new StringBuilder();
            while (!heard.toString().endsWith(requestEnd)) {
                int octet = in.read();
                if (octet < 0) {
                    return false;
                }
                heard.append((char) octet);
            }
            return true;
        }
    }

    private static Backend settings(Backend b) {
        return Settings.timeouts(Settings.eject(b, Eject.STANDARD), LONG, LONG, LONG, LONG);
    }

    private Rig rig(RawServer server) {
        log = folder.resolve("access.log");
        DescriptorShares shares = new DescriptorShares(10_000, 1_000);
        return Rig.of(shares, memory, LackOfOneBufferTest::settings, server)
                .frontend(f -> Settings.logged(Settings.websocket(f), log))
                .load();
    }

    /** All that comes, or the proxy's own answer; empty if the connection is reset. */
    private static String heard(RawClient client, int nth) throws IOException {
        StringBuilder heard = new StringBuilder();
        try {
            int octet = 0;
            while (octet >= 0 && heard.lastIndexOf(".\n") < 0) {
                octet = client.in.read();
                heard.append(octet < 0 ? "" : (char) octet);
            }
            return heard.toString();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("without buffer " + nth + " it is left with: " + heard, e);
        } catch (SocketException e) {
            return "";
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBufferIsReleasedAndTheServerNotBlamed(Talk talk) throws Exception {
        try (RawServer server = RawServer.of(talk::serve);
                Rig rig = rig(server)) {
            int nth = 0;
            do {
                allocator.lackOnce(++nth);
                try (RawClient client = rig.client().send(talk.request)) {
                    assertThat(heard(client, nth))
                            .as("without buffer %s", nth)
                            .matches(told ->
                                    told.isEmpty()
                                            || told.startsWith("HTTP/1.1 50")
                                            || told.endsWith(talk.responseEnd));
                }
                rig.assertNothingLeft();
                int missing = nth;
                Rig.eventually(
                        "without buffer " + missing + " all others are released",
                        () -> memory.usedBytes() == 0);
                assertThat(rig.proxy.passiveResults())
                        .as("without buffer %s", nth)
                        .allMatch(tries -> tries.failed() == 0);
            } while (!allocator.lackIsToCome() && nth < MOST_BUFFERS);
            assertThat(nth).isBetween(3, MOST_BUFFERS - 1);
            Rig.eventually("a fault is logged", () -> logged("\"node-fault\""));
        }
        // To who gets no tunnel, what was sent into it is half a head.
        assertThat(LoggedLines.of(log))
                .as("a client that closed")
                .filteredOn(line -> line.contains("client-closed"))
                .allMatch(line -> talk == Talk.TUNNEL && line.contains("\"state\":\"CR\""));
    }

    /** What is larger than the buffers that it begins in. */
    enum Large {
        REQUEST_HEAD("GET / HTTP/1.1\r\nHost: h\r\nX: " + LARGE.substring(6_000) + "\r\n\r\n", ""),
        REQUEST_TRAILERS(
                "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
                        + LARGE.substring(6_000)
                        + "\r\n\r\n",
                ""),
        RESPONSE_HEAD(
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: "
                        + LARGE.substring(6_000)
                        + "\r\n\r\n"),
        RESPONSE_TRAILERS(
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
                        + LARGE.substring(6_000)
                        + "\r\n\r\n"),
        REDIRECT("GET /" + LARGE.substring(8_300) + " HTTP/1.1\r\nHost: h\r\n\r\n", "");

        private final String request;
        private final String response;

        Large(String request, String response) {
            this.request = request;
            this.response = response;
        }

        Backend settings(Backend b) {
            return this == REDIRECT ? Settings.redirecting(b) : LackOfOneBufferTest.settings(b);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotGrowIsReleased(Large large) throws Exception {
        allocator.growsNone = true;
        RawServer.Script script =
                peer -> {
                    peer.head();
                    peer.send(large.response);
                    peer.in.readAllBytes();
                };
        try (RawServer server = RawServer.of(script);
                Rig rig =
                        Rig.of(
                                new DescriptorShares(10_000, 1_000),
                                memory,
                                large::settings,
                                server)) {
            try (RawClient client = rig.client().send(large.request)) {
                assertThat(heard(client, 0)).doesNotEndWith("\r\n\r\n");
            }
            rig.assertNothingLeft();
            Rig.eventually("all is released", () -> memory.usedBytes() == 0);
        }
    }

    /** A head that leaves room in its buffer, but not enough to announce the chunk behind it. */
    @Test
    void aHeadThatCannotTakeTheSizeOfAChunkIsReleased() throws Exception {
        allocator.growsNone = true;
        String end = "\r\n0\r\n\r\n";
        RawServer.Script script =
                peer -> {
                    String padding = peer.head().replaceFirst("(?s)GET /(\\d+) .*", "$1");
                    peer.send(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: "
                                    + LARGE.substring(0, Integer.parseInt(padding))
                                    + "\r\n\r\n2328\r\n"
                                    + LARGE
                                    + end);
                };
        try (RawServer server = RawServer.of(script);
                Rig rig = rig(server)) {
            int whole = 0;
            int cut = 0;
            for (int padding = 900; padding < 1_000; padding++) {
                String asked =
                        "GET /" + padding + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
                try (RawClient client = rig.client().send(asked)) {
                    boolean complete = heard(client, padding).endsWith(end);
                    whole += complete ? 1 : 0;
                    cut += complete ? 0 : 1;
                }
                rig.assertNothingLeft();
                Rig.eventually("all is released", () -> memory.usedBytes() == 0);
            }
            assertThat(whole).isPositive();
            assertThat(cut).isPositive();
        }
    }

    private boolean logged(String word) {
        return LoggedLines.of(log).stream().anyMatch(line -> line.contains(word));
    }

    private static long asked(RawServer server) {
        return server.heads().stream().filter(head -> head.startsWith("GET /1 ")).count();
    }

    /** Whose connection to the server became another's must not take it along when it ends. */
    @Test
    void noOtherClientFails() throws Exception {
        Semaphore answers = new Semaphore(0);
        RawServer.Script held =
                peer -> {
                    while (!peer.head().isEmpty()) {
                        answers.acquire();
                        peer.answer("ok");
                    }
                };
        try (RawServer server = RawServer.of(held);
                Rig rig = rig(server)) {
            Backend one = Settings.servers(rig.backend("app"), s -> Settings.maxConnections(s, 1));
            rig.backend("app", one).load();
            int nth = 0;
            do {
                List<RawClient> clients = new ArrayList<>();
                long asked = asked(server);
                clients.add(
                        rig.client()
                                .send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
                                .send(
                                        "GET /2 HTTP/1.1\r\nHost: h\r\nConnection:"
                                                + " close\r\n\r\n"));
                Rig.eventually("it is asked", () -> asked(server) > asked);
                for (int i = 0; i < 4; i++) {
                    clients.add(
                            rig.client()
                                    .send(
                                            "GET / HTTP/1.1\r\nHost: h\r\nConnection:"
                                                    + " close\r\n\r\n"));
                }
                Rig.eventually("the others wait", () -> rig.proxy.queued("app") == 4);
                allocator.lackOnce(++nth);
                answers.release(MOST_BUFFERS); // Of which some take another try.
                int served = 0;
                for (RawClient client : clients) {
                    served += heard(client, nth).endsWith("ok") ? 1 : 0;
                    client.close();
                }
                assertThat(served).as("without buffer %s", nth).isGreaterThan(3);
                rig.assertNothingLeft();
                answers.drainPermits();
            } while (!allocator.lackIsToCome() && nth < MOST_BUFFERS);
            assertThat(nth).isBetween(3, MOST_BUFFERS - 1);
        }
    }
}
