package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.setting.Network;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that want more than they may have, and those beside them. */
class ClientLimitsTest {

    /** One request a second, three at once. */
    private static final ClientLimits RATE = new ClientLimits(0, 0, 1, 3, List.of());

    /** Who asks so often within a second must meet the rate, also on a busy machine. */
    private static final int MANY = 200;

    @TempDir private Path folder;

    private static Rig limited(ClientLimits limits, RawServer server) {
        return Rig.of(server).frontend(f -> Settings.clients(f, limits)).load();
    }

    private static ClientLimits connections(int ofFrontend, int ofAddress) {
        return new ClientLimits(ofFrontend, ofAddress, 0, 0, List.of());
    }

    /** Asks as fast as it can until it is told to wait; what came before is in the list. */
    private static RawClient.Response untilLimited(
            RawClient client, String request, List<Integer> before) throws IOException {
        for (int i = 0; i < MANY; i++) {
            RawClient.Response response = client.send(request).response();
            if (response.status() == 429) {
                return response;
            }
            before.add(response.status());
        }
        throw new AssertionError("never limited in " + before.size() + " requests");
    }

    private static String get(String from) {
        return "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + from + "\r\n\r\n";
    }

    @Test
    void whoAsksTooFastIsToldWhenToComeAgainAndKeepsTheConnection() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            List<Integer> before = new ArrayList<>();
            RawClient.Response told = untilLimited(client, get("203.0.113.9"), before);

            assertThat(before).hasSizeGreaterThanOrEqualTo(3).containsOnly(200);
            assertThat(told.header("Retry-After")).isEqualTo("1");
            assertThat(told.header("Proxy-Status"))
                    .isEqualTo("alwayson; error=http_request_denied");
            assertThat(told.header("Connection")).isEmpty();
            assertThat(told.body()).isEqualTo("Too many requests in a short time.\n");
            assertThat(server.heads()).as("none reached a server").hasSize(before.size());

            Rig.eventually("the next second's", () -> status(client) == 200);
            assertThat(counted(rig, "alwayson_requests_limited")).isGreaterThanOrEqualTo(1);
            assertThat(counted(rig, "alwayson_requests_unmetered")).isZero();
            client.socket.close();
            rig.assertNothingLeft();
        }
    }

    private static int status(RawClient client) {
        try {
            return client.get("/").status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLimitedHeadRequestHasNoBody() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            untilLimited(client, get("-"), new ArrayList<>());
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 429 ").contains("Connection: close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void theBodyOfALimitedRequestIsNotWaitedFor() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            untilLimited(client, get("-"), new ArrayList<>());
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n");
            RawClient.Response told = client.response();
            assertThat(told.status()).isEqualTo(429);
            assertThat(told.header("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n"
            })
    void aLimitedRequestWhoseBodyHasComeKeepsItsConnection(String lengthAndBody) throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            untilLimited(client, get("-"), new ArrayList<>());
            client.send("POST / HTTP/1.1\r\nHost: h\r\n" + lengthAndBody);
            RawClient.Response told = client.response();
            assertThat(told.status()).isEqualTo(429);
            assertThat(told.header("Connection")).isEmpty();
            Rig.eventually("the next second's", () -> status(client) == 200);
            client.socket.close();
            rig.assertNothingLeft();
        }
    }

    @Test
    void aLimitedRequestWithAMalformedBodyEndsItsConnection() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            untilLimited(client, get("-"), new ArrayList<>());
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "x\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
            RawClient.Response told = client.response();
            assertThat(told.status()).isEqualTo(429);
            assertThat(told.header("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void clientsBehindATrustedProxyHaveARateEach() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server).frontend(Settings::trusting).load();
                RawClient proxy = rig.client()) {
            untilLimited(proxy, get("203.0.113.9"), new ArrayList<>());
            assertThat(proxy.send(get("203.0.113.10")).response().status()).isEqualTo(200);
            untilLimited(proxy, get("2001:db8::1"), new ArrayList<>());
            assertThat(proxy.send(get("2001:db8:0:1::1")).response().status()).isEqualTo(200);
        }
    }

    /** The limits, but not for this network. */
    private static ClientLimits except(String network, ClientLimits limits) {
        return new ClientLimits(
                limits.maxConnections(),
                limits.maxConnectionsPerAddress(),
                limits.requestsPerSecond(),
                limits.requestBurst(),
                List.of(Network.parse(network)));
    }

    @Test
    void whoIsExemptHasNoRateAndTheOthersHave() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(except("127.0.0.0/31", RATE), server);
                RawClient exempt = rig.client();
                RawClient other = new RawClient("127.0.0.2", rig.port())) {
            for (int i = 0; i < MANY; i++) {
                assertThat(exempt.get("/").status()).isEqualTo(200);
            }
            untilLimited(other, get("-"), new ArrayList<>());

            rig.frontend(f -> Settings.clients(f, except("127.0.0.2", RATE))).load();
            untilLimited(exempt, get("-"), new ArrayList<>());
            for (int i = 0; i < MANY; i++) {
                assertThat(other.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void behindATrustedProxyTheClientIsExemptAndNotTheProxy() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig =
                        limited(except("203.0.113.0/24", RATE), server)
                                .frontend(Settings::trusting)
                                .load();
                RawClient proxy = rig.client()) {
            for (int i = 0; i < MANY; i++) {
                assertThat(proxy.send(get("203.0.113.9")).response().status()).isEqualTo(200);
            }
            untilLimited(proxy, get("198.51.100.7"), new ArrayList<>());
            rig.frontend(f -> Settings.clients(f, except("127.0.0.0/8", RATE))).load();
            untilLimited(proxy, get("203.0.113.9"), new ArrayList<>());
        }
    }

    /** Nobody becomes exempt by what a header says. */
    @Test
    void aClientThatClaimsToBeExemptIsNot() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(except("203.0.113.0/24", RATE), server);
                RawClient client = rig.client()) {
            untilLimited(client, get("203.0.113.9"), new ArrayList<>());
        }
    }

    @Test
    void theLogSaysWhy() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            List<Integer> before = new ArrayList<>();
            untilLimited(client, get("-"), before);
            Rig.eventually(
                    "a line for each", () -> LoggedLines.of(log).size() == before.size() + 1);
            assertThat(LoggedLines.of(log).getLast())
                    .contains(
                            "\"reason\":\"rate-limited\"",
                            "\"status\":429",
                            "\"state\":\"PR\"",
                            "\"backend\":\"\"",
                            "\"request\":\"GET / HTTP/1.1\"");
        }
    }

    @Test
    void aReloadThatTakesTheRateAwayCountsAtOnceAndOneThatSetsItToo() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(RATE, server);
                RawClient client = rig.client()) {
            untilLimited(client, get("-"), new ArrayList<>());
            rig.frontend(f -> Settings.clients(f, ClientLimits.STANDARD)).load();
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
            rig.frontend(f -> Settings.clients(f, RATE)).load();
            untilLimited(client, get("-"), new ArrayList<>());
        }
    }

    /** Whether a further connection is closed without an answer. */
    private static boolean turnedAway(String own, Rig rig) {
        try (RawClient client = new RawClient(own, rig.port())) {
            return client.get("/").status() != 200;
        } catch (IOException e) {
            return true; // Reset, or closed.
        }
    }

    private static boolean turnedAway(Rig rig) {
        return turnedAway("127.0.0.1", rig);
    }

    @Test
    void oneConnectionAboveTheFrontendsIsClosedAndTheOthersServed() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(connections(2, 0), server);
                RawClient first = rig.client();
                RawClient second = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(status(second)).isEqualTo(200);
            assertThat(turnedAway(rig)).isTrue();
            assertThat(turnedAway("127.0.0.2", rig)).isTrue();
            assertThat(refused(rig, "max-connections")).isEqualTo(2);
            assertThat(status(first)).isEqualTo(200);

            second.socket.close();
            Rig.eventually("its place is free", () -> !turnedAway(rig));
            assertThat(status(first)).isEqualTo(200);
            first.socket.close();
            rig.assertNothingLeft();
            Rig.eventually("all places are free", () -> rig.proxy.clients("web") == 0);
        }
    }

    @Test
    void anAddressHasItsOwnLimit() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(connections(0, 1), server);
                RawClient first = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isTrue();
            assertThat(turnedAway("127.0.0.2", rig)).isFalse();
            assertThat(refused(rig, "max-connections-per-address")).isEqualTo(1);
            first.socket.close();
            Rig.eventually("its place is free", () -> !turnedAway(rig));
        }
    }

    @Test
    void aTrustedProxyMayHaveMore() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(connections(0, 1), server).frontend(Settings::trusting).load();
                RawClient first = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isFalse();
        }
    }

    @Test
    void whoIsExemptMayHaveMoreToo() throws Exception {
        ClientLimits limits = except("127.0.0.1", connections(0, 1));
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(limits, server);
                RawClient first = rig.client();
                RawClient other = new RawClient("127.0.0.2", rig.port())) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isFalse();
            assertThat(status(other)).isEqualTo(200);
            assertThat(turnedAway("127.0.0.2", rig)).isTrue();
        }
    }

    @Test
    void theFrontendsLimitHoldsForWhoIsExempt() throws Exception {
        ClientLimits limits = new ClientLimits(1, 1, 0, 0, List.of(Network.parse("127.0.0.1")));
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(limits, server);
                RawClient first = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isTrue();
        }
    }

    @Test
    void aReloadChangesTheLimitAndClosesNobody() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(connections(1, 0), server);
                RawClient first = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isTrue();
            rig.frontend(f -> Settings.clients(f, connections(0, 2))).load();
            try (RawClient second = rig.client()) {
                assertThat(status(second)).isEqualTo(200);
                assertThat(turnedAway(rig)).as("those before count").isTrue();
                rig.frontend(f -> Settings.clients(f, connections(1, 0))).load();
                assertThat(status(first)).isEqualTo(200);
                assertThat(status(second)).isEqualTo(200);
                assertThat(turnedAway(rig)).isTrue();
            }
        }
    }

    @Test
    void aTcpFrontendLimitsItsConnectionsToo() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig =
                        Rig.of(server)
                                .frontend(f -> Settings.clients(f, connections(1, 0)))
                                .frontend(Settings::tcp)
                                .load();
                RawClient first = rig.client()) {
            assertThat(status(first)).isEqualTo(200);
            assertThat(turnedAway(rig)).isTrue();
            assertThat(status(first)).isEqualTo(200);
            first.socket.close();
            Rig.eventually("its place is free", () -> !turnedAway(rig));
        }
    }

    @Test
    void aFrontendThatIsGoneIsForgottenWithItsLastClient() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(server).frontend(Settings::tcp).load();
                RawClient client = rig.client()) {
            assertThat(status(client)).isEqualTo(200);
            rig.withoutFrontend().load();
            rig.load();
            assertThat(points(rig, "alwayson_requests_limited")).hasSize(1);
            assertThat(status(client)).as("its connection goes on").isEqualTo(200);
            client.socket.close();
            Rig.eventually("it ended", () -> rig.proxy.clients("web") == 0);
            Rig.eventually(
                    "it is forgotten",
                    () -> !shown(rig.loadChanged(), "alwayson_requests_limited"));
        }
    }

    @Test
    void theClientsOfAFrontendThatComesBackAreCounted() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = limited(connections(1, 0), server)) {
            rig.withoutFrontend().load();
            rig.load();
            rig.frontend(web -> web).load();
            try (RawClient client = rig.client()) {
                assertThat(status(client)).isEqualTo(200);
                assertThat(rig.proxy.clients("web")).isEqualTo(1);
                assertThat(turnedAway(rig)).isTrue();
                assertThat(refused(rig, "max-connections")).isEqualTo(1);
            }
        }
    }

    static double refused(Rig rig, String reason) {
        return counted(rig, "alwayson_client_connections_refused", reason);
    }

    static double counted(Rig rig, String name, String reason) {
        return points(rig, name).stream()
                .filter(point -> reason.equals(point.getLabels().get("reason")))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    static double counted(Rig rig, String name) {
        return points(rig, name).stream()
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    /** Whether any frontend has it. */
    static boolean shown(Rig rig, String name) {
        return !points(rig, name).isEmpty();
    }

    private static List<CounterSnapshot.CounterDataPointSnapshot> points(Rig rig, String name) {
        List<CounterSnapshot.CounterDataPointSnapshot> points = new ArrayList<>();
        rig.proxy
                .metrics()
                .forEach(collector -> {
                    for (MetricSnapshot metric : collector.collect()) {
                        if (metric instanceof CounterSnapshot counter
                                && counter.getMetadata().getName().equals(name)) {
                            points.addAll(counter.getDataPoints());
                        }
                    }
                });
        return points;
    }
}
