package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever should read the node's log does not, and the pipe to it is full. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnheardNodeTest {

    /** Each mistake is a line of the log: together more than a pipe (64 KiB) and the queue hold. */
    private static final String MISTAKES =
            IntStream.range(0, 1000)
                    .mapToObj(i -> "mistake%d: 1\n".formatted(i))
                    .collect(Collectors.joining());

    private static final int RELOADS = 10;

    @TempDir private Path folder;

    @Test
    @SuppressWarnings("try") // A server that dies is closed in the middle of the story.
    void servesSeesAServerDieAndStopsWhenItIsTold() throws IOException {
        int port = FreePort.one();
        try (WebServer first = WebServer.start("web1");
                WebServer second = WebServer.start("web2")) {
            String file =
                    """
                    frontends: {web: {bind: "127.0.0.1:%d", backend: shop}}
                    backends:
                      shop:
                        health-check: {http: /health, interval: 500ms}
                        servers: {web1: "127.0.0.1:%d", web2: "127.0.0.1:%d"}
                    """
                            .formatted(port, first.port(), second.port());
            try (RunningNode node = RunningNode.startUnheard(folder, file)) {
                node.rewrite(file + MISTAKES);
                for (int i = 0; i < RELOADS; i++) {
                    assertThat(node.post("/api/v1/reload").statusCode()).isEqualTo(422);
                }

                first.close();
                node.awaitStatus("web1 is down", healthIs("unhealthy", "shop", "web1"));
                try (RawClient client = RawClient.open(port)) {
                    assertThat(client.get("/").status()).isEqualTo(200);
                }

                node.signal("TERM");
                assertThat(node.awaitEnd(Duration.ofSeconds(30))).isZero();
            }
        }
    }
}
