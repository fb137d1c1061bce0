package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.WhenDown;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Queues, drains, reloads, tunnels, large bodies, and who goes away at which moment. */
class LifeTest {

    /** Answers when it is let. */
    private static RawServer held(CountDownLatch go, CountDownLatch came) throws IOException {
        return RawServer.of(peer -> {
            while (!peer.head().isEmpty()) {
                came.countDown();
                go.await();
                peer.answer("done");
            }
        });
    }

    private static RawServer echo() throws IOException {
        return RawServer.of(peer -> {
            peer.in.transferTo(peer.out);
            peer.send("end");
        });
    }

    @Test
    void aFullServerMakesTheNextRequestWait() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig = Rig.of(b -> limited(b, 1, 10), server)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                RawClient client = rig.client();
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                clients.add(client);
            }
            came.await();
            Rig.eventually("four wait", () -> rig.proxy.queued("app") == 4);
            go.countDown();
            for (RawClient client : clients) {
                assertThat(client.response().body()).isEqualTo("done");
                client.close();
            }
            assertThat(rig.proxy.queued("app")).isZero();
            rig.assertNothingLeft();
        }
    }

    @Test
    void onePlaceGoesFromClientToClientAlsoBetweenEventLoops() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(b -> limited(b, 1, 100), server)) {
            List<Thread> threads = new ArrayList<>();
            List<Integer> statuses = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.ofVirtual().start(() -> ask(rig, 50, statuses)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(statuses).hasSize(400).containsOnly(200);
            rig.assertNothingLeft();
        }
    }

    private static void ask(Rig rig, int times, List<Integer> statuses) {
        try (RawClient client = rig.client()) {
            for (int i = 0; i < times; i++) {
                statuses.add(client.get("/").status());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoWaitsForABackendThatAReloadRemovesIsToldAtOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig = Rig.of(b -> limited(b, 1, 10), server);
                RawClient first = rig.client();
                RawClient second = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("one waits", () -> rig.proxy.queued("app") == 1);
            rig.withoutBackend("app").withoutFrontend().load();
            assertThat(second.response().status()).isEqualTo(503);
            go.countDown();
            assertThat(first.response().body()).isEqualTo("done");
        }
    }

    private static Backend limited(Backend b, int connections, int maxQueue) {
        return Settings.maxQueue(
                Settings.servers(b, s -> Settings.maxConnections(s, connections)), maxQueue);
    }

    @Test
    void aFullQueueAndAnEndlessWaitGive503() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig =
                        Rig.of(
                                b ->
                                        Settings.timeouts(
                                                limited(b, 1, 1),
                                                Duration.ofSeconds(1),
                                                Duration.ofSeconds(30),
                                                Duration.ofSeconds(10),
                                                Duration.ofMillis(500)),
                                server);
                RawClient first = rig.client();
                RawClient second = rig.client();
                RawClient third = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("one waits", () -> rig.proxy.queued("app") == 1);
            assertThat(third.get("/").status()).isEqualTo(503);
            assertThat(second.response().header("Proxy-Status"))
                    .contains("connection_limit_reached");
            go.countDown();
            assertThat(first.response().body()).isEqualTo("done");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesTheQueueLeavesNothingBehind(boolean reset) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig = Rig.of(b -> limited(b, 1, 10), server)) {
            try (RawClient first = rig.client();
                    RawClient second = rig.client()) {
                first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                came.await();
                second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                Rig.eventually("one waits", () -> rig.proxy.queued("app") == 1);
                second.socket.setSoLinger(reset, 0);
                second.socket.close();
                Rig.eventually("nobody waits", () -> rig.proxy.queued("app") == 0);
                go.countDown();
                assertThat(first.response().body()).isEqualTo("done");
            }
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @CsvSource({"close,''", "close,hello", "end its half,''", "end its half,hello", "reset,hello"})
    void aTcpClientThatLeavesTheQueueLeavesNothingBehind(String how, String said) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        Duration longer = Duration.ofMinutes(10);
        try (RawServer server = held(go, came);
                Rig rig =
                        Rig.of(
                                        b ->
                                                Settings.timeouts(
                                                        limited(b, 1, 10),
                                                        longer,
                                                        longer,
                                                        longer,
                                                        longer),
                                        server)
                                .frontend(Settings::tcp)
                                .load();
                RawClient first = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            RawClient second = rig.client(); // Not before: it could have the server.
            second.send(said);
            Rig.eventually("one waits", () -> rig.proxy.queued("app") == 1);
            if (how.equals("end its half")) {
                second.socket.shutdownOutput();
            } else {
                second.socket.setSoLinger(how.equals("reset"), 0);
                second.socket.close();
            }
            Rig.eventually("nobody waits", () -> rig.proxy.queued("app") == 0);
            go.countDown();
            assertThat(first.response().body()).isEqualTo("done");
            first.socket.close();
            second.socket.close();
            rig.assertNothingLeft();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aDrainedServerGetsNothingNewAndFinishesWhatItHas() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer draining = held(go, came);
                RawServer other = RawServer.answering("other");
                Rig rig = Rig.of(draining);
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            Backend both =
                    Settings.unchecked(
                            Backend.of(
                                    Map.of(
                                            "s1",
                                            Server.at(draining.address()),
                                            "s2",
                                            Server.at(other.address()))));
            rig.backend("app", both).load().state("s1", ServerState.DRAIN);
            try (RawClient next = rig.client()) {
                for (int i = 0; i < 6; i++) {
                    assertThat(next.get("/").body()).isEqualTo("other");
                }
            }
            go.countDown();
            assertThat(client.response().body()).isEqualTo("done");
            assertThat(client.get("/").body()).isEqualTo("other");
        }
    }

    @Test
    void whenDownServesAFixedAnswerOrAnotherBackend() throws Exception {
        try (RawServer dead = RawServer.answering("never");
                RawServer spare = RawServer.answering("spare")) {
            dead.kill();
            WhenDown fixed = new WhenDown(503, Optional.empty(), Optional.empty());
            try (Rig rig = Rig.of(b -> Settings.whenDown(Settings.checked(b), fixed), dead);
                    RawClient client = rig.client()) {
                rig.health(dead.address(), false);
                RawClient.Response response = client.get("/");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.body()).contains("down");
                assertThat(client.get("/").status()).as("the connection is kept").isEqualTo(503);
            }
            WhenDown other = new WhenDown(503, Optional.empty(), Optional.of("spare"));
            try (Rig rig = Rig.of(b -> Settings.whenDown(b, other), dead)) {
                rig.backend(
                                "spare",
                                Settings.unchecked(
                                        Backend.of(Map.of("s1", Server.at(spare.address())))))
                        .load();
                try (RawClient client = rig.client()) {
                    assertThat(client.get("/").body()).isEqualTo("spare");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 304})
    void aFixedAnswerWhoseStatusHasNoBodyEndsWithItsHead(int status) throws Exception {
        WhenDown fixed = new WhenDown(status, Optional.empty(), Optional.empty());
        try (RawServer dead = RawServer.answering("never");
                Rig rig = Rig.of(b -> Settings.whenDown(b, fixed), dead);
                RawClient client = rig.client()) {
            dead.kill();
            for (String method : List.of("GET", "HEAD", "GET")) {
                client.send(method + " / HTTP/1.1\r\nHost: h\r\n\r\n");
                RawClient.Response bare = new RawClient.Response(client.head(), "");
                assertThat(bare.status()).isEqualTo(status);
                assertThat(bare.header("Content-Type")).isEmpty();
                // Only of 205 would a client wait for a body (RFC 9112 section 6.3).
                assertThat(bare.header("Content-Length")).isEqualTo(status == 205 ? "0" : "");
            }
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").head();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aChangedPageIsServedAfterAReloadThatChangesNothingElse(@TempDir Path folder)
            throws Exception {
        Path page = Files.writeString(folder.resolve("sorry.html"), "old");
        WhenDown fixed = new WhenDown(503, Optional.of(page), Optional.empty());
        try (RawServer dead = RawServer.answering("never");
                Rig rig = Rig.of(b -> Settings.whenDown(b, fixed), dead);
                RawClient client = rig.client()) {
            dead.kill();
            assertThat(client.get("/").body()).isEqualTo("old");
            Files.writeString(page, "new");
            rig.load();
            assertThat(client.get("/").body()).isEqualTo("new");
        }
    }

    @Test
    void tcpPassesBytesAndEachHalfEndsByItself() throws Exception {
        try (RawServer server = echo();
                Rig rig = Rig.of(server).frontend(Settings::tcp).load()) {
            try (RawClient client = rig.client()) {
                client.send("hello, ");
                client.send("world");
                client.socket.shutdownOutput();
                assertThat(new String(client.in.readAllBytes(), US_ASCII))
                        .isEqualTo("hello, worldend");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aClientThatHasEndedItsHalfStillGetsALargeAnswer() throws Exception {
        int size = 16 << 20;
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.in.readAllBytes();
                            fill(peer.out, size);
                        });
                Rig rig = Rig.of(server).frontend(Settings::tcp).load()) {
            try (RawClient client = rig.client()) {
                client.send("all of it");
                client.socket.shutdownOutput();
                assertThat(client.in.readAllBytes()).hasSize(size);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void tcpTriesTheNextServerIfOneRefuses() throws Exception {
        try (RawServer dead = RawServer.answering("never");
                RawServer server = echo();
                Rig rig = Rig.of(dead, server).frontend(Settings::tcp).load()) {
            dead.kill();
            for (int i = 0; i < 6; i++) {
                try (RawClient client = rig.client()) {
                    client.send("x");
                    assertThat(client.in.read()).isEqualTo('x');
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aWebSocketIsATunnelThatOutlivesReloads() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(
                                    "HTTP/1.1 101 Switching Protocols\r\n"
                                            + "Connection: Upgrade\r\n"
                                            + "Upgrade: websocket\r\n\r\nearly");
                            peer.in.transferTo(peer.out);
                        });
                Rig rig = Rig.of(server).frontend(Settings::websocket).load()) {
            try (RawClient client = rig.client()) {
                client.send(
                        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(101);
                assertThat(new String(client.in.readNBytes(5), US_ASCII)).isEqualTo("early");
                for (int i = 0; i < 3; i++) {
                    client.send("ping" + i);
                    assertThat(new String(client.in.readNBytes(5), US_ASCII)).isEqualTo("ping" + i);
                    rig.backend("more" + i, rig.backend("app")).load();
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void tunnelsThatOutlastTheirFrontendAreCutAndTheLogSaysHowMany() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(FrontendClients.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.addAppender(told);
        try (RawServer server = echo();
                Rig rig =
                        Rig.of(server)
                                .frontend(Settings::tcp)
                                .timeout(Duration.ofMillis(300))
                                .load()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                RawClient client = rig.client();
                client.send("x");
                assertThat(client.in.read()).isEqualTo('x');
                clients.add(client);
            }

            rig.withoutFrontend().load();

            Rig.eventually("it is told", () -> !told.list.isEmpty());
            assertThat(told.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "frontend web: client connections that did not end within 300ms and"
                                    + " are cut: 5");
            for (RawClient client : clients) {
                client.close();
            }
            rig.assertNothingLeft();
        } finally {
            log.detachAppender(told);
        }
    }

    @Test
    void aSwitchThatNamesNoProtocolIsAFailureOfTheServer() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 101 Switching Protocols\r\n\r\n");
                            peer.head();
                        });
                Rig rig = Rig.of(server).frontend(Settings::websocket).load()) {
            try (RawClient client = rig.client()) {
                client.send(
                        "POST /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(502);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whereAnUpgradeIsAllowedTheServerMayAskForIt() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                peer.send(
                                        "HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\n"
                                                + "Upgrade: websocket\r\nContent-Length: 0\r\n\r\n");
                            }
                        });
                Rig rig = Rig.of(server)) {
            for (boolean allowed : new boolean[] {false, true}) {
                try (RawClient client = rig.client()) {
                    RawClient.Response answer = client.get("/ws");
                    assertThat(answer.status()).isEqualTo(426);
                    assertThat(answer.header("Upgrade")).isEqualTo(allowed ? "websocket" : "");
                    assertThat(answer.header("Connection")).isEqualTo(allowed ? "upgrade" : "");
                    assertThat(client.get("/ws").status()).as("it stays").isEqualTo(426);
                }
                rig.frontend(Settings::websocket).load();
            }
        }
    }

    @Test
    void anUpgradeThatIsNotAllowedIsNotPassedOn() throws Exception {
        try (RawServer server = RawServer.answering("plain");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send(
                    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\n\r\n");
            assertThat(client.response().body()).isEqualTo("plain");
            assertThat(server.heads().getFirst()).doesNotContain("pgrade");
        }
    }

    @Test
    void connectionsOfAFrontendThatIsGoneEndWithTheRequestThatRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig = Rig.of(server);
                RawClient busy = rig.client();
                RawClient idle = rig.client()) {
            busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            rig.withoutFrontend().load();
            assertThat(idle.closed()).isTrue();
            go.countDown();
            RawClient.Response response = busy.response();
            assertThat(response.body()).isEqualTo("done");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(busy.closed()).isTrue();
        }
    }

    @Test
    void stoppingFinishesWhatRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server = held(go, came);
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            rig.proxy.stopAccepting();
            assertThat(rig.proxy.awaitIdle(Duration.ofMillis(50))).isFalse();
            go.countDown();
            assertThat(client.response().body()).isEqualTo("done");
            assertThat(rig.proxy.awaitIdle(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aStopIsAnnouncedByEveryAnswerAndARequestOnItsWayIsServed() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(server);
                RawClient announced = rig.client();
                RawClient late = rig.client()) {
            assertThat(announced.get("/").header("Connection")).isEmpty();
            assertThat(late.get("/").header("Connection")).isEmpty();
            rig.proxy.announceStop();
            assertThat(announced.get("/").header("Connection")).isEqualTo("close");
            rig.proxy.stopAccepting();
            assertThat(late.get("/").header("Connection")).isEqualTo("close");
        }
    }

    @Test
    void largeBodiesStreamBothWaysInBoundedMemory() throws Exception {
        long size = 256L << 20;
        AtomicLong received = new AtomicLong();
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            skip(peer.in, size, received);
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                            fill(peer.out, size);
                            peer.head();
                        });
                Rig rig = Rig.of(server)) {
            long before = directMemory(rig);
            try (RawClient client = rig.client()) {
                client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
                fill(client.socket.getOutputStream(), size);
                client.head();
                AtomicLong back = new AtomicLong();
                skip(client.in, size, back);
                assertThat(received.get()).isEqualTo(size);
                assertThat(back.get()).isEqualTo(size);
            }
            assertThat(directMemory(rig) - before).isLessThan(64L << 20);
            rig.assertNothingLeft();
        }
    }

    private static long directMemory(Rig rig) {
        return ((io.netty.buffer.PooledByteBufAllocator) rig.proxy.allocator())
                .metric()
                .usedDirectMemory();
    }

    private static void fill(OutputStream out, long size) throws IOException {
        byte[] block = new byte[1 << 16];
        for (long sent = 0; sent < size; sent += block.length) {
            out.write(block);
        }
        out.flush();
    }

    private static void skip(java.io.InputStream in, long size, AtomicLong count)
            throws IOException {
        byte[] block = new byte[1 << 16];
        while (count.get() < size) {
            int length = in.read(block);
            if (length < 0) {
                return;
            }
            count.addAndGet(length);
        }
    }

    @Test
    void aClientThatGoesAwayAtAnyByteLeavesNothing() throws Exception {
        String request =
                "PUT /abc HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "4\r\ndata\r\n0\r\nX-T: 1\r\n\r\n";
        try (RawServer server =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                peer.head();
                                peer.answer("x".repeat(1000));
                            }
                        });
                Rig rig = Rig.of(server)) {
            for (int cut = 0; cut <= request.length(); cut++) {
                for (boolean reset : new boolean[] {true, false}) {
                    Socket socket =
                            new Socket(java.net.InetAddress.getLoopbackAddress(), rig.port());
                    socket.setSoLinger(reset, 0);
                    socket.getOutputStream().write(request.substring(0, cut).getBytes(US_ASCII));
                    socket.close();
                }
            }
            rig.assertNothingLeft();
        }
    }

    /** A POST on its way to a server that closes at that moment could only be answered by 502. */
    @Test
    void anIdleConnectionIsClosedBeforeTheServerDoesSo() throws Exception {
        RawServer.Script hasty =
                peer -> {
                    peer.head();
                    peer.send(keptFor(2));
                    peer.socket.setSoTimeout(20_000); // Well before the 30 s of others.
                    peer.note(peer.head().isEmpty() ? "closed" : "asked");
                };
        try (RawServer server = RawServer.of(hasty);
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            Rig.eventually("the server waits no more", () -> server.heads().size() == 2);
            assertThat(server.heads()).last().isEqualTo("closed");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "60, 1"})
    void whatTheServerKeepsForASecondOrLessIsNotUsedAgain(int seconds, int connections)
            throws Exception {
        RawServer.Script keeping =
                peer -> {
                    while (!peer.head().isEmpty()) {
                        peer.send(keptFor(seconds));
                    }
                };
        try (RawServer server = RawServer.of(keeping);
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.get("/").status()).isEqualTo(200);
                }
            }
            assertThat(server.connections()).isEqualTo(connections);
            rig.assertNothingLeft();
        }
    }

    private static String keptFor(int seconds) {
        return "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=%d, max=9\r\nContent-Length: 0\r\n\r\n"
                .formatted(seconds);
    }

    @Test
    void idleConnectionsThatTheServerClosesAreForgottenAndTheOthersUsed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch closes = new CountDownLatch(1);
        RawServer.Script some =
                peer -> {
                    String head = peer.head();
                    boolean odd = head.matches("(?s)GET /[13579] .*");
                    go.await();
                    peer.answer("done");
                    if (odd) {
                        closes.await();
                        return;
                    }
                    while (!peer.head().isEmpty()) {
                        peer.answer("again");
                    }
                };
        try (RawServer server = RawServer.of(some);
                Rig rig = Rig.of(server)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(rig.client());
                clients.getLast().send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            Rig.eventually("all came", () -> server.heads().size() == 10);
            go.countDown();
            for (RawClient client : clients) {
                assertThat(client.response().body()).isEqualTo("done");
            }
            Rig.eventually("all are idle", () -> rig.proxy.room().idle() == 10);
            closes.countDown();
            Rig.eventually("half remain", () -> rig.proxy.room().idle() == 5);
            for (RawClient client : clients) {
                assertThat(client.get("/").status()).isEqualTo(200);
                client.close();
            }
            rig.assertNothingLeft();
            server.kill();
            Rig.eventually("none remain", () -> rig.proxy.room().idle() == 0);
        }
    }

    @Test
    void whatConnectsForAClientThatHasLeftIsGivenUp() throws Exception {
        try (FullServer full = new FullServer();
                RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(Settings::connectingForLong, server)) {
            Backend backend = Settings.servers(rig.backend("app"), _ -> Server.at(full.address()));
            rig.backend("app", backend).load();
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
                client.socket.setSoLinger(true, 0);
            }
            Rig.eventually("it is given up", () -> rig.proxy.connections.servers.get() == 0);
            rig.frontend(Settings::tcp).load();
            try (RawClient client = rig.client()) {
                Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
                client.socket.setSoLinger(true, 0);
            }
            Rig.eventually("it is given up", () -> rig.proxy.connections.servers.get() == 0);
            rig.assertNothingLeft();
        }
    }

    @Test
    void aProxyThatClosesLeavesNoConnectionThatStillConnects() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, e) -> failures.add(e))
                            .start(() -> closeAfterAResetRequest(50)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void closeAfterAResetRequest(int times) {
        for (int i = 0; i < times; i++) {
            try (RawServer server = RawServer.answering("x");
                    Rig rig = Rig.of(server); // Its closing looks for what is left.
                    RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhello");
                client.socket.setSoLinger(true, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aServerThatGoesAwayAtAnyByteLeavesNothing() throws Exception {
        String response =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n0\r\n\r\n";
        AtomicLong cut = new AtomicLong();
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            long end = cut.get();
                            peer.send(response.substring(0, (int) (end / 2)));
                            if (end % 2 == 0) {
                                peer.socket.setSoLinger(true, 0);
                            }
                        });
                Rig rig = Rig.of(server)) {
            for (int end = 0; end <= 2 * response.length() + 1; end++) {
                cut.set(end);
                try (RawClient client = rig.client()) {
                    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
                    client.socket.shutdownOutput();
                    ended(client);
                }
            }
            rig.assertNothingLeft();
        }
    }

    private static void ended(RawClient client) {
        try {
            client.in.readAllBytes();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}
