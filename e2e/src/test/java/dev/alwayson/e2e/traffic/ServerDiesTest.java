package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.hosts.Host;
import dev.alwayson.e2e.hosts.PrivateNetwork;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers fail under load in the ways that machines do, and no idempotent request fails. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerDiesTest {

    @TempDir private Path folder;
    private List<ServerProcess> servers = List.of();

    @AfterEach
    void stop() {
        servers.forEach(ServerProcess::close);
    }

    private RunningNode nodeInFrontOfThreeProcesses(int port) throws IOException {
        servers = ServerProcess.several(3);
        servers.forEach(ServerProcess::awaitListening);
        return start(
                port,
                servers.stream().map(each -> "127.0.0.1:" + each.port()).toArray(String[]::new));
    }

    private RunningNode start(int port, String... addresses) {
        String file =
                """
                frontends:
                  web: {bind: "127.0.0.1:%d", backend: shop}
                backends:
                  shop:
                    health-check:
                      {http: /health, interval: 500ms, fast-interval: 200ms, timeout: 300ms}
                    servers:
                      web1: "%s"
                      web2: "%s"
                      web3: "%s"
                """
                        .formatted(port, addresses[0], addresses[1], addresses[2]);
        RunningNode node = RunningNode.start(folder.resolve("node"), file);
        node.awaitStatus("all healthy", healthIs("healthy", "shop", "web1", "web2", "web3"));
        return node;
    }

    @Test
    void serversThatAreKilledCostNothing() throws IOException, InterruptedException {
        int port = FreePort.one();
        try (RunningNode node = nodeInFrontOfThreeProcesses(port);
                Load keeping = Load.on(port, Load.Habit.KEEP, 8);
                Load closing = Load.on(port, Load.Habit.CLOSE, 3)) {
            keeping.awaitMore(300);

            servers.get(0).kill();
            keeping.awaitMore(300);
            servers.get(1).kill();
            keeping.awaitMore(300);
            node.awaitStatus("two down", healthIs("unhealthy", "shop", "web1", "web2"));
            keeping.awaitMore(300);

            servers.get(0).startAgain();
            servers.get(1).startAgain();
            node.awaitStatus("back", healthIs("healthy", "shop", "web1", "web2"));
            int before = keeping.answeredBy("web1 is well");
            keeping.awaitMore(300);
            servers.get(2).kill();
            keeping.awaitMore(300);
            keeping.stop();
            closing.stop();

            assertThat(keeping.failures()).as(node.log()).isEmpty();
            assertThat(closing.failures()).as(node.log()).isEmpty();
            assertThat(keeping.answeredBy("web1 is well")).as("serves again").isGreaterThan(before);
            assertThat(keeping.opened()).as("no client lost its connection").isEqualTo(8);
        }
    }

    @Test
    void aServerThatFreezesCostsNothing() throws IOException, InterruptedException {
        int port = FreePort.one();
        try (RunningNode node = nodeInFrontOfThreeProcesses(port);
                Load keeping = Load.on(port, Load.Habit.KEEP, 8);
                Load closing = Load.on(port, Load.Habit.CLOSE, 3)) {
            keeping.awaitMore(300);

            servers.get(0).freeze();
            node.awaitStatus("one down", healthIs("unhealthy", "shop", "web1"));
            keeping.awaitMore(300);
            servers.get(0).thaw();
            node.awaitStatus("back", healthIs("healthy", "shop", "web1"));
            int before = keeping.answeredBy("web1 is well");
            keeping.awaitMore(300);
            keeping.stop();
            closing.stop();

            assertThat(keeping.failures()).as(node.log()).isEmpty();
            assertThat(closing.failures()).as(node.log()).isEmpty();
            assertThat(keeping.answeredBy("web1 is well")).as("serves again").isGreaterThan(before);
        }
    }

    @Test
    void aHostThatIsCutOffCostsNothing() throws IOException {
        int port = FreePort.one();
        try (PrivateNetwork network = PrivateNetwork.open()) {
            Host cut = webHost(network, "web1");
            String[] addresses = {
                cut.address() + ":8080",
                webHost(network, "web2").address() + ":8080",
                webHost(network, "web3").address() + ":8080"
            };
            try (RunningNode node = start(port, addresses);
                    Load load = Load.on(port, Load.Habit.KEEP, 8)) {
                load.awaitMore(300);

                cut.cutOff();
                node.awaitStatus("one down", healthIs("unhealthy", "shop", "web1"));
                load.awaitMore(300);
                cut.reconnect();
                node.awaitStatus("back", healthIs("healthy", "shop", "web1"));
                int before = load.answeredBy("web1 is well");
                load.awaitMore(300);
                load.stop();

                assertThat(load.failures()).as(node.log()).isEmpty();
                assertThat(load.answeredBy("web1 is well"))
                        .as("serves again")
                        .isGreaterThan(before);
            }
        }
    }

    private static Host webHost(PrivateNetwork network, String name) {
        Host host = network.host(name);
        host.start(ServerProcess.command(name, host.address(), 8080));
        return host;
    }
}
