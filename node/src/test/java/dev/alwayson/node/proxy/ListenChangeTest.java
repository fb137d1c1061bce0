package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What is listened on, while frontends come and go. */
class ListenChangeTest {

    /** Of a rig; each has a socket for each address. */
    private static final int LOOPS = 2;

    private static final Path FILE = Path.of("alwayson.yaml");

    private static Configuration configuration(Map<String, Frontend> frontends) {
        return new Configuration(
                Optional.empty(),
                Path.of("data"),
                Admin.STANDARD,
                frontends,
                Map.of(),
                Shutdown.STANDARD);
    }

    private static Snapshot snapshot(Configuration configuration) {
        return new Snapshot(0, configuration, Map.of(), RuntimeChanges.NONE, false);
    }

    @Test
    void anAddressThatTheMachineDoesNotHaveIsToldWithItsOwnNextStep() {
        HostAndPort elsewhere = new HostAndPort("192.0.2.1", 0);
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            assertThat(
                            proxy.prepare(
                                    FILE,
                                    configuration(Map.of("web", Frontend.http(elsewhere, "app")))))
                    .singleElement()
                    .asString()
                    .startsWith("frontend web: 192.0.2.1:0: cannot listen there: ")
                    .contains("; no interface of this machine has it")
                    .doesNotContain("stop what uses it");
        }
    }

    @Test
    void whatWasPreparedOutlivesAnOlderSnapshot() throws Exception {
        HostAndPort address = FreeAddress.find();
        Configuration before = configuration(Map.of());
        Configuration after = configuration(Map.of("web", Frontend.http(address, "app")));
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            assertThat(proxy.prepare(FILE, after)).isEmpty();
            proxy.apply(snapshot(before));
            proxy.apply(snapshot(after));

            assertThat(proxy.bound("web")).containsExactly(address.toString());
            try (RawClient client = new RawClient(address.port())) {
                assertThat(client.get("/").status()).isEqualTo(503);
            }
        }
    }

    @Test
    void anAddressThatWasJustGivenUpCanBeTakenAgain() throws Exception {
        HostAndPort address = FreeAddress.find();
        Configuration without = configuration(Map.of());
        Configuration with = configuration(Map.of("web", Frontend.http(address, "app")));
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            for (int i = 0; i < 50; i++) {
                assertThat(proxy.prepare(FILE, with)).isEmpty();
                proxy.apply(snapshot(with));
                proxy.apply(snapshot(without));
            }
        }
    }

    @Test
    void aFrontendMovesFromEveryAddressToOne() throws Exception {
        HostAndPort one = FreeAddress.find();
        HostAndPort every = new HostAndPort("", one.port());
        Configuration before = configuration(Map.of("web", Frontend.http(every, "app")));
        Configuration after = configuration(Map.of("web", Frontend.http(one, "app")));
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            assertThat(proxy.prepare(FILE, before)).isEmpty();
            proxy.apply(snapshot(before));
            assertThat(proxy.prepare(FILE, after)).isEmpty();
            proxy.apply(snapshot(after));

            try (RawClient client = new RawClient(one.port())) {
                assertThat(client.get("/").status()).isEqualTo(503);
            }
        }
    }

    @Test
    void everyAddressOfIpv4IsNotReachedByIpv6() throws Exception {
        int port = FreeAddress.find().port();
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            listen(proxy, new HostAndPort("0.0.0.0", port));

            assertThat(answers("127.0.0.1", port)).isTrue();
            assertThat(answers("::1", port)).isFalse();
            assertThat(proxy.bound("web0")).containsExactly("0.0.0.0:" + port);
        }
    }

    @Test
    void everyAddressIsReachedByBothAlsoAfterOnlyThoseOfIpv4() throws Exception {
        int port = FreeAddress.find().port();
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            for (String every : List.of("", "0.0.0.0", "::", "0.0.0.0", "")) {
                listen(proxy, new HostAndPort(every, port));

                assertThat(answers("127.0.0.1", port)).as(every).isTrue();
                assertThat(answers("::1", port)).as(every).isEqualTo(!every.equals("0.0.0.0"));
            }
        }
    }

    @Test
    void everyAddressOfIpv4IsNotSharedWithAnotherNode() throws Exception {
        HostAndPort every = new HostAndPort("0.0.0.0", FreeAddress.find().port());
        try (Proxy proxy = new Proxy(2, 7, 1_024);
                Proxy other = new Proxy(2, 7, 1_024)) {
            listen(proxy, every);

            assertThat(
                            other.prepare(
                                    FILE,
                                    configuration(Map.of("web", Frontend.http(every, "app")))))
                    .singleElement()
                    .asString()
                    .contains("Address already in use; stop what uses it");
        }
    }

    /** The kernel would let both have it, for this process has the port already. */
    @Test
    void addressesOfIpv6ThatAnotherProgramHasAreNotTakenBesideThoseOfIpv4() throws Exception {
        for (String wanted : List.of("", "::", "::1")) {
            HostAndPort address = new HostAndPort(wanted, FreeAddress.find().port());
            try (ServerSocket other = new ServerSocket();
                    Proxy proxy = new Proxy(2, 7, 1_024)) {
                other.setReuseAddress(true);
                other.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), address.port()));
                listen(proxy, new HostAndPort("0.0.0.0", address.port()));

                assertThat(
                                proxy.prepare(
                                        FILE,
                                        configuration(
                                                Map.of("web", Frontend.http(address, "app")))))
                        .as(wanted)
                        .singleElement()
                        .asString()
                        .contains("cannot listen there: Address already in use; stop what uses it");
                assertThat(answers("127.0.0.1", address.port())).as("goes on").isTrue();
            }
        }
    }

    @Test
    void everyAddressOfIpv4AndOneOfIpv6AreTwo() throws Exception {
        int port = FreeAddress.find().port();
        try (Proxy proxy = new Proxy(2, 7, 1_024)) {
            listen(proxy, new HostAndPort("0.0.0.0", port), new HostAndPort("::1", port));

            assertThat(answers("127.0.0.1", port)).isTrue();
            assertThat(answers("::1", port)).isTrue();
        }
    }

    private static void listen(Proxy proxy, HostAndPort... addresses) {
        Map<String, Frontend> frontends = new LinkedHashMap<>();
        for (HostAndPort address : addresses) {
            frontends.put("web" + frontends.size(), Frontend.http(address, "app"));
        }
        Configuration configuration = configuration(frontends);
        assertThat(proxy.prepare(FILE, configuration)).isEmpty();
        proxy.apply(snapshot(configuration));
    }

    private static boolean answers(String host, int port) throws IOException {
        try (RawClient client = new RawClient(InetAddress.getByName(host), port)) {
            return client.get("/").status() == 503;
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Test
    void whatListensHasItsPlacesUntilItIsClosed() throws Exception {
        HostAndPort one = FreeAddress.find();
        HostAndPort other = FreeAddress.find();
        HostAndPort taken = new HostAndPort("127.0.0.2", one.port());
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(server);
                ServerSocket program = new ServerSocket()) {
            program.setReuseAddress(true);
            program.bind(new InetSocketAddress(InetAddress.ofLiteral(taken.host()), taken.port()));
            Room room = rig.proxy.room();
            assertThat(room.taken()).as("one for each loop").isEqualTo(LOOPS);

            for (int i = 0; i < 20; i++) {
                rig.frontend(f -> Settings.bind(f, one, other)).load();
                assertThat(room.taken()).isGreaterThanOrEqualTo(2 * LOOPS);
                int before = room.taken();
                rig.frontend(f -> Settings.bind(f, FreeAddress.find(), taken));
                assertThat(rig.problems()).hasSize(1);
                assertThat(room.taken())
                        .as("after a reload is refused")
                        .isLessThanOrEqualTo(before);
                rig.frontend(f -> Settings.bind(f, one)).load();
            }
            Rig.eventually("the others are closed", () -> room.taken() == LOOPS);

            rig.proxy.stopAccepting();
            assertThat(rig.proxy.awaitIdle(Duration.ofSeconds(30))).isTrue();
            assertThat(room.taken()).isZero();
        }
    }

    @Test
    void anAddressThatThereIsNoRoomForIsToldAndTheOthersServe() throws Exception {
        HostAndPort more = FreeAddress.find();
        try (RawServer server = RawServer.answering("ok");
                Rig rig = Rig.of(new DescriptorShares(2 * LOOPS, 1), backend -> backend, server)) {
            rig.frontend(f -> Settings.bind(f, f.bind().getFirst(), more));
            for (int i = 0; i < 3; i++) {
                assertThat(rig.problems())
                        .containsExactly(
                                "frontend web: "
                                        + more
                                        + ": cannot listen there: all 4 places for sockets are taken; raise"
                                        + " LimitNOFILE= of the unit, or ulimit -n");
                assertThat(rig.proxy.room().taken()).isEqualTo(LOOPS);
            }
            try (RawClient client = rig.client()) {
                Rig.eventually("it is accepted", () -> rig.proxy.clients("web") == 1);
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whoHasConnectedBeforeAStopIsStillServed() throws Exception {
        try (RawServer server = RawServer.answering("late");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            Rig.eventually("it is accepted", () -> rig.proxy.clients("web") == 1);

            rig.proxy.stopAccepting();
            RawClient.Response response = client.get("/");

            assertThat(response.body()).isEqualTo("late");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(rig.proxy.awaitIdle(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aProxyThatClosesWaitsForListenersThatClose() throws Exception {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> thrown.add(cause));
        try (RawServer server = RawServer.answering("ok")) {
            for (int i = 0; i < 5; i++) {
                Rig.of(server).withoutFrontend().load().close();
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(thrown).isEmpty();
    }
}
