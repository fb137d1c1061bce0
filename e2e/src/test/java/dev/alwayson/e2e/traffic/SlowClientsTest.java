package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.LauncherOptions;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three thousand clients of slowhttptest that send or take as slowly as they can: they are ended by
 * their deadlines, and those who ask beside them are all answered.
 */
@Tag("alone")
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowClientsTest {

    private static final int SLOW = 1000;
    private static final int MOST_SECONDS = 30;

    /** What docs/security.md says slow clients cost: less than 256 KiB each. */
    private static final long MOST_MEBIBYTES_MORE = 3 * SLOW / 4;

    @TempDir private Path folder;
    private int port;
    private WebServer shop;
    private BodyServer large;
    private RunningNode node;

    @BeforeEach
    void aNodeWithShortDeadlines() throws IOException {
        port = FreePort.one();
        shop = WebServer.start("shop");
        large = BodyServer.start();
        String file =
                """
                frontends:
                  web:
                    bind: "127.0.0.1:%d"
                    backend: shop
                    routes: [{path: /large, backend: large}]
                    timeouts: {request-head: 3s, idle: 3s}
                    access-log: ./web.log
                backends:
                  shop: {servers: {web1: "127.0.0.1:%d"}}
                  large: {health-check: tcp, servers: {web1: "127.0.0.1:%d"}}
                """
                        .formatted(port, shop.port(), large.port());
        node = RunningNode.start(folder.resolve("node"), file, LauncherOptions.all());
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        shop.close();
        large.close();
    }

    @Test
    void slowHeadsSlowBodiesAndSlowReadersAreEndedByTheirDeadlines() throws Exception {
        beside(
                attack("-H", "-i", "1", "-u", url("/")),
                attack("-B", "-i", "20", "-s", "4096", "-u", url("/")),
                attack("-X", "-w", "8", "-y", "16", "-n", "60", "-u", url("/large")));

        assertThat(node.metric("http_requests_total", "status=\"408\"")).isEqualTo(2 * SLOW);
        Patience.await("all is logged", () -> logged("\"client-stalled\"") == SLOW);
        assertThat(logged("\"state\":\"cR\",\"reason\":\"client-timeout\"")).isEqualTo(SLOW);
        assertThat(logged("\"state\":\"cD\",\"reason\":\"client-timeout\"")).isEqualTo(SLOW);
        Patience.await("the server is rid of them", () -> large.connections() == 0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Lines of the access log with these words. */
    private long logged(String words) {
        try (Stream<String> lines = Files.lines(folder.resolve("node/web.log"))) {
            return lines.filter(line -> line.contains(words)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Attacks until every attacker was ended, while others ask. */
    private void beside(ProcessBuilder... attackers) throws IOException {
        try (Load keeping = Load.on(port, Load.Habit.KEEP, 4);
                Load closing = Load.on(port, Load.Habit.CLOSE, 2)) {
            keeping.awaitMore(200);
            long before = node.footprint().residentMebibytes();
            List<Process> attacks = new ArrayList<>();
            for (ProcessBuilder attacker : attackers) {
                attacks.add(attacker.start());
            }
            long most = before;
            while (attacks.stream().anyMatch(Process::isAlive) || slow() > 0) {
                most = Math.max(most, node.footprint().residentMebibytes());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            keeping.awaitMore(200);
            keeping.stop();
            closing.stop();

            assertThat(keeping.failures()).as(node.log()).isEmpty();
            assertThat(closing.failures()).as(node.log()).isEmpty();
            assertThat(most - before).as("MiB more").isLessThan(MOST_MEBIBYTES_MORE);
            System.out.printf("slow clients: %d MiB at first, %d at most%n", before, most);
        }
    }

    /** Clients beside those of the load. */
    private long slow() {
        return node.metric("alwayson_client_connections") - 6;
    }

    private ProcessBuilder attack(String... how) {
        List<String> command = new ArrayList<>(List.of("slowhttptest"));
        command.addAll(List.of("-c", "" + SLOW, "-r", "" + SLOW, "-l", "" + MOST_SECONDS));
        command.addAll(List.of(how));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("slowhttptest" + how[0] + ".log").toFile());
    }
}
