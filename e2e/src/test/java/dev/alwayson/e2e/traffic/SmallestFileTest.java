package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static dev.alwayson.e2e.traffic.Statuses.server;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is promised holds for a file that says only who serves. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmallestFileTest {

    /**
     * Far below the 10 s of {@code timeouts: try}, for which whoever meets a frozen server waits.
     */
    private static final Duration WITHOUT_WAITING = Duration.ofSeconds(3);

    @TempDir private Path folder;
    private List<ServerProcess> servers = List.of();

    @AfterEach
    void stop() {
        servers.forEach(ServerProcess::close);
    }

    private RunningNode nodeInFrontOfThreeProcesses(int port) throws IOException {
        servers = ServerProcess.several(3);
        servers.forEach(ServerProcess::awaitListening);
        RunningNode node =
                RunningNode.start(
                        folder.resolve("node"),
                        """
                        frontends: {web: {bind: "127.0.0.1:%d", backend: shop}}
                        backends:
                          shop:
                            servers: {web1: "127.0.0.1:%d", web2: "127.0.0.1:%d", web3: "127.0.0.1:%d"}
                        """
                                .formatted(
                                        port,
                                        servers.get(0).port(),
                                        servers.get(1).port(),
                                        servers.get(2).port()));
        node.awaitStatus("all healthy", healthIs("healthy", "shop", "web1", "web2", "web3"));
        return node;
    }

    @Test
    void aServerThatFreezesCostsNoRequestAndIsTakenOut() throws IOException, InterruptedException {
        int port = FreePort.one();
        try (RunningNode node = nodeInFrontOfThreeProcesses(port);
                SteadyVisitors visitors = SteadyVisitors.at(port)) {
            visitors.await(80, System.nanoTime());

            long frozen = System.nanoTime();
            servers.get(1).freeze();
            node.awaitStatus("web2 is down", healthIs("unhealthy", "shop", "web2"));
            long down = System.nanoTime();
            visitors.await(120, down);
            List<SteadyVisitors.Visit> visits = visitors.end();

            assertThat(visits)
                    .as(node.log())
                    .allSatisfy(visit -> assertThat(visit.failure()).isEmpty());
            assertThat(visits)
                    .as("who came when it was known that it is frozen waited for nothing")
                    .filteredOn(visit -> visit.came() - down > 0)
                    .allSatisfy(visit ->
                            assertThat(visit.nanos()).isLessThan(WITHOUT_WAITING.toNanos()));
            assertThat(visits)
                    .as("who waited for it was given to another when that was known")
                    .filteredOn(visit -> visit.came() - frozen > 0 && visit.came() - down < 0)
                    .isNotEmpty()
                    .allSatisfy(visit ->
                            assertThat(visit.came() - down + visit.nanos())
                                    .isLessThan(WITHOUT_WAITING.toNanos()));
            Alwayson.awaitEvents(node, "shop/web2 is unhealthy, was healthy: no answer within 1s");
            assertThat(server(node.status(), "shop", "web1").path("health").asString(""))
                    .isEqualTo("healthy");

            servers.get(1).thaw();
            node.awaitStatus("web2 is back", healthIs("healthy", "shop", "web2"));
        }
    }
}
