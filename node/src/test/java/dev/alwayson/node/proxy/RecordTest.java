package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.proxy.log.OpenFiles;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written down about requests: the access log and the metrics. */
class RecordTest {

    @TempDir Path folder;

    @Test
    void eachRequestIsALineOfTheAccessLog() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer server = RawServer.answering("hello");
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            client.get("/a?b=c");
            client.get("/second");
            try (RawClient bad = rig.client()) {
                bad.send("GET /refused HTTP/1.1\r\n\r\n").response();
            }
            int answered = 0;
            try (RawClient bad = rig.client()) {
                bad.send("GET /counted HTTP/1.1\r\n\r\n");
                answered = bad.in.readAllBytes().length;
            }
            Rig.eventually("four lines", () -> LoggedLines.of(log).size() == 4);
            // Each event loop adds its own lines in their order.
            assertThat(LoggedLines.of(log))
                    .filteredOn(line -> line.contains("/counted"))
                    .singleElement()
                    .asString()
                    .contains("\"bytes_sent\":" + answered);

            assertThat(LoggedLines.of(log).toString())
                    .contains("\"server\":\"s1\"")
                    .contains("\"backend\":\"app\"")
                    .contains("\"status\":200")
                    .contains("/second")
                    .contains("no-host")
                    .contains("GET /refused HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "G, G",
        "GET /a, GET /a",
        "'GET /a HTTP/1.', GET /a HTTP/1.",
        "'GET /a HTTP/1.1|', GET /a HTTP/1.1",
        "'|~GET /a HTTP/1.1|~Host: h|~', GET /a HTTP/1.1"
    })
    void aRequestWhoseHeadIsTooLateHasItsLineAsFarAsItCame(String half, String line)
            throws Exception {
        Path log = folder.resolve("access.log");
        Duration brief = Duration.ofMillis(50);
        Duration longer = Duration.ofMinutes(1);
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.get("/"); // From now on its time begins with the first octet.
            rig.frontend(f -> Settings.timeouts(Settings.logged(f, log), brief, longer)).load();
            client.send(half.replace('|', '\r').replace('~', '\n'));
            assertThat(client.response().status()).isEqualTo(408);
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"request\":\"" + line + "\",\"status\":408,")
                    .contains("\"state\":\"cR\",\"reason\":\"client-timeout\"");
        }
    }

    @Test
    void anUpgradeHasTheTimeUntilItsAnswer() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                            + "Upgrade: websocket\r\n\r\n");
                            peer.in.transferTo(peer.out);
                        });
                Rig rig =
                        Rig.of(server)
                                .frontend(f -> Settings.websocket(Settings.logged(f, log)))
                                .load();
                RawClient client = rig.client()) {
            client.send(
                    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(101);
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);

            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"status\":101")
                    .containsPattern("\"response_ms\":\\d");
        }
    }

    @Test
    void theClientBehindATrustedProxyIsTheOneThatIsLogged() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer server = RawServer.answering("x");
                Rig rig =
                        Rig.of(server)
                                .frontend(f -> Settings.trusting(Settings.logged(f, log)))
                                .load();
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
            client.response();
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);

            assertThat(LoggedLines.of(log).getFirst()).contains("203.0.113.9");
            assertThat(server.heads().getFirst())
                    .contains("X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n");
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsAProblemOfTheConfiguration() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server)) {
            Path missing = folder.resolve("no/such/folder/access.log");
            assertThat(rig.frontend(f -> Settings.logged(f, missing)).problems())
                    .singleElement()
                    .asString()
                    .contains("web", "access-log", missing.toString(), "cannot be written");
        }
    }

    @Test
    void aReloadThatIsRefusedLeavesItsLogClosedAndTheOldOneInUse() throws Exception {
        Path log = folder.resolve("access.log");
        Path refused = folder.resolve("refused.log");
        WhenDown bodyless = answering(folder.resolve("missing"));
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            rig.backend("app", Settings.whenDown(rig.backend("app"), bodyless));
            assertThat(rig.frontend(f -> Settings.logged(f, refused)).problems()).hasSize(1);
            Rig.eventually("it is closed", () -> !OpenFiles.paths().contains(refused));
            assertThat(refused).doesNotExist();
            client.get("/");
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(OpenFiles.paths()).contains(log);
        }
    }

    @Test
    void aLogThatIsAFileOfTheNodesIsAProblemOfTheConfiguration() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Rig.FILE.toAbsolutePath());
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server)) {
            assertThat(rig.frontend(f -> Settings.logged(f, link)).problems())
                    .singleElement()
                    .asString()
                    .contains("must be a file of its own, and is this configuration");
            assertThat(Rig.FILE).doesNotExist();
        }
    }

    @Test
    void whatALogMustNotBeIsWhatTheNewestConfigurationSaysThatWasNotRefused() throws Exception {
        Path log = folder.resolve("access.log");
        Path body = Files.writeString(folder.resolve("sorry.html"), "Sorry");
        Path missing = folder.resolve("missing");
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            Files.move(log, folder.resolve("access.log.1"));
            rig.backend("app", Settings.whenDown(rig.backend("app"), answering(body))).load();
            Rig.eventually("it is opened anew", () -> Files.exists(log));
            client.get("/");
            Rig.eventually("it is in use", () -> LoggedLines.of(log).size() == 1);
            rig.backend("app", Settings.whenDown(rig.backend("app"), answering(missing)));
            assertThat(rig.problems()).hasSize(1);
            Files.move(
                    Files.createSymbolicLink(folder.resolve("link"), body),
                    log,
                    StandardCopyOption.ATOMIC_MOVE);
            Rig.eventually("it is seen", () -> counted(rig, "alwayson_access_log_failures") > 0);
            client.get("/");
            Files.delete(log);
            Rig.eventually("a line", () -> Files.exists(log) && LoggedLines.of(log).size() == 1);
            assertThat(body).hasContent("Sorry");
        }
    }

    private static WhenDown answering(Path body) {
        return new WhenDown(503, Optional.of(body), Optional.empty());
    }

    private static long counted(Rig rig, String name) {
        return rig.proxy.metrics().stream()
                .flatMap(collector -> collector.collect().stream())
                .filter(metric -> metric.getMetadata().getName().equals(name))
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .mapToLong(point -> (long) point.getValue())
                .sum();
    }

    @Test
    void requestsAndRetriesAreCounted() throws Exception {
        try (RawServer dead = RawServer.answering("never");
                RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(dead, alive);
                RawClient client = rig.client()) {
            dead.kill();
            for (int i = 0; i < 4; i++) {
                client.get("/");
            }
            assertThat(shown(rig, "http_requests"))
                    .contains("server=\"s2\"", "status=\"200\"", "method=\"GET\"");
            assertThat(shown(rig, "alwayson_retries")).contains("connect");
        }
    }

    @Test
    void aRequestThatAServerBrokeOffNamesTheServer() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer breaking = RawServer.of(RawServer.Peer::head);
                Rig rig = Rig.of(breaking).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndata");
            assertThat(client.response().status()).isEqualTo(502);
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"server\":\"s1\"", "server-closed");
            assertThat(shown(rig, "http_errors")).contains("server=\"s1\"");
        }
    }

    @Test
    void aRequestThatNoServerTookNamesTheLastThatWasTried() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer dead = RawServer.answering("never");
                Rig rig = Rig.of(dead).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            dead.kill();
            assertThat(client.get("/").status()).isEqualTo(503);
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"server\":\"s1\"", "connect-refused");
        }
    }

    /** The loopback network's broadcast address: the kernel knows no way there for TCP. */
    @Test
    void aServerThatNoWayLeadsToIsUnreachable() throws Exception {
        Path log = folder.resolve("access.log");
        HostAndPort nowhere = new HostAndPort("127.255.255.255", 80);
        try (RawServer server = RawServer.answering("never asked");
                Rig rig =
                        Rig.of(b -> Settings.servers(b, _ -> Server.at(nowhere)), server)
                                .frontend(f -> Settings.logged(f, log))
                                .load();
                RawClient client = rig.client()) {
            RawClient.Response response = client.get("/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Proxy-Status"))
                    .isEqualTo("alwayson; error=destination_ip_unroutable");
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"state\":\"SC\",\"reason\":\"connect-unreachable\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Connection refused, connect-refused",
        "Connection timed out, connect-timeout",
        "Network is down, connect-unreachable",
        "Host is down, connect-unreachable"
    })
    void whatTheSystemSaysOfAConnectionDecidesItsReason(String words, String reason)
            throws Exception {
        try (RawServer server = RawServer.answering("never asked");
                Rig rig = Rig.of(server)) {
            Worker worker = rig.proxy.workers.getFirst();
            LoopBackend app = requireNonNull(worker.backend("app"));
            RequestFailure failure =
                    worker.loop
                            .submit(() -> {
                                LoopServer s1 = requireNonNull(app.choose(new Anybody()));
                                app.release(s1);
                                return ServerConnection.failed(
                                        s1,
                                        s1.address,
                                        requireNonNull(s1.address.resolved()),
                                        new ConnectException("connect(..) failed: " + words));
                            })
                            .get();
            assertThat(failure.reasonText()).isEqualTo(reason);
        }
    }

    @Test
    void aConnectionThatThisSideCouldNotMakeIsNoTimeoutAndNoFailureOfTheServer() throws Exception {
        Path log = folder.resolve("access.log");
        Refusing sockets = new Refusing();
        try (RawServer server = RawServer.answering("ok");
                Rig rig =
                        Rig.of(sockets, backend -> backend, server)
                                .frontend(f -> Settings.logged(f, log))
                                .load();
                RawClient client = rig.client()) {
            Rig.eventually("it is there", () -> rig.proxy.connections.clients.get() == 1);
            sockets.refuse(1);
            RawClient.Response response = client.get("/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Proxy-Status"))
                    .isEqualTo("alwayson; error=proxy_internal_error");
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"server\":\"s1\"")
                    .contains("\"state\":\"IC\",\"reason\":\"node-fault\"");
        }
    }

    @Test
    void aRequestWhoseConnectionWasBeingMadeWhenTheLastServerWentDownSaysSo() throws Exception {
        Path log = folder.resolve("access.log");
        try (FullServer full = new FullServer();
                RawServer server = RawServer.answering("never asked");
                Rig rig =
                        Rig.of(
                                        b ->
                                                Settings.servers(
                                                        Settings.checkedAndConnectingForLong(b),
                                                        _ -> Server.at(full.address())),
                                        server)
                                .frontend(f -> Settings.logged(f, log))
                                .load();
                RawClient client = rig.client()) {
            rig.health(full.address(), true);
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
            rig.health(full.address(), false);
            RawClient.Response response = client.response();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Proxy-Status"))
                    .isEqualTo("alwayson; error=destination_unavailable");
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"server\":\"s1\"")
                    .contains("\"state\":\"SC\",\"reason\":\"server-down\"");
        }
    }

    @Test
    void aLineSaysWhatElseTheBackendWorksOn() throws Exception {
        Path log = folder.resolve("access.log");
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            if (peer.head().startsWith("GET /quick")) {
                                peer.answer("ok");
                            }
                            came.countDown();
                            peer.head(); // Holds what was not answered.
                        });
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load();
                RawClient slow = rig.client();
                RawClient quick = rig.client()) {
            slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            assertThat(quick.get("/quick").body()).isEqualTo("ok");
            Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
            assertThat(LoggedLines.of(log).getFirst())
                    .contains("\"backend_requests\":1", "\"server_requests\":1");
        }
    }

    private static String shown(Rig rig, String name) {
        StringBuilder text = new StringBuilder();
        for (var collector : rig.proxy.metrics()) {
            MetricSnapshots snapshots = collector.collect();
            for (MetricSnapshot snapshot : snapshots) {
                if (snapshot.getMetadata().getName().equals(name)) {
                    snapshot.getDataPoints().forEach(point -> text.append(point.getLabels()));
                }
            }
        }
        return text.toString();
    }
}
