package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.Footprint;
import dev.alwayson.e2e.node.LauncherOptions;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand clients that asked once and keep their connections. */
@Tag("alone")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdleClientsTest {

    private static final int IDLE = 10_000;
    private static final int FIRST = 1000;
    private static final int BESIDE = 50;

    /** That a process must be allowed, here and the node, for all of these. */
    private static final int DESCRIPTORS = 14_000;

    /** The admin connection of the test, and files that are opened when they are needed. */
    private static final int MORE_DESCRIPTORS = 8;

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
    private static final Pattern MOST = Pattern.compile("At most (\\d+) sockets in all");

    /** What docs/security.md says a node at rest takes at most. */
    private static final long MOST_BYTES_AT_REST = 200_000_000;

    /** What docs/security.md says an idle client costs at most. */
    private static final long MOST_BYTES_EACH = 16 * 1024;

    @TempDir private Path folder;

    @Test
    void idleClientsCostLittleAndLeaveNothing() throws IOException {
        int port = FreePort.one();
        try (WebServer shop = WebServer.start("shop");
                RunningNode node =
                        RunningNode.start(
                                folder.resolve("node"),
                                """
                                frontends: {web: {bind: "127.0.0.1:%d", backend: shop}}
                                backends: {shop: {servers: {web1: "127.0.0.1:%d"}}}
                                """
                                        .formatted(port, shop.port()),
                                LauncherOptions.all());
                Crowd crowd = new Crowd(port)) {
            node.awaitStatus("it is quiet", Statuses.healthIs("healthy", "shop", "web1"));
            assertThat(node.footprint().residentBytes())
                    .as("resident octets at rest")
                    .isLessThan(MOST_BYTES_AT_REST);
            assertThat(most(node) / 10 * 8 - BESIDE)
                    .as(
                            "clients that a node may have here: raise the hard limit of descriptors"
                                    + " to %d (as root: ulimit -Hn %1$d) and run the test from there",
                            DESCRIPTORS)
                    .isGreaterThanOrEqualTo(IDLE);
            int descriptors = node.footprint().descriptors() - shop.connections();
            crowd.join(FIRST, REQUEST);
            assertThat(crowd.listen()).isEqualTo(FIRST);
            Footprint few = node.footprint();

            crowd.join(IDLE - FIRST, REQUEST);
            assertThat(crowd.listen()).as("answered").isEqualTo(IDLE - FIRST);
            Footprint many = node.footprint();
            long each = (many.residentBytes() - few.residentBytes()) / (IDLE - FIRST);
            System.out.printf("%d idle clients, %d octets each%n", IDLE, each);
            assertThat(each).isLessThan(MOST_BYTES_EACH);
            assertThat(node.metric("alwayson_client_connections")).isEqualTo(IDLE);

            try (Load others = Load.on(port, Load.Habit.KEEP, 4)) {
                others.awaitMore(400);
                others.stop();
                assertThat(others.failures()).isEmpty();
            }
            assertThat(shop.requests()).isGreaterThan(IDLE);

            crowd.leave();
            Patience.await(
                    "their connections are gone",
                    () -> node.metric("alwayson_client_connections") == 0);
            assertThat(node.metric("alwayson_buffer_memory_bytes", "kind=\"used\""))
                    .as("octets in buffers")
                    .isZero();
            assertThat(node.footprint().descriptors() - shop.connections())
                    .as("descriptors beside those of connections to the server")
                    .isLessThanOrEqualTo(descriptors + MORE_DESCRIPTORS);
            assertThat(node.footprint().threads()).isLessThanOrEqualTo(few.threads() + 1);
        }
    }

    private static int most(RunningNode node) {
        Matcher said = MOST.matcher(node.log());
        assertThat(said.find()).as(node.log()).isTrue();
        return Integer.parseInt(said.group(1));
    }
}
