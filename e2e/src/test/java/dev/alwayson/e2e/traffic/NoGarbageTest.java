package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that never collects garbage (JEP 318) lives as long as it makes none. */
@Tag("long")
@Tag("alone")
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NoGarbageTest {

    private static final int REQUESTS = 10_000_000;
    private static final int ROUND = 1_000_000;
    private static final int MOST_ROUNDS = 12;
    private static final int CONNECTIONS = 16;
    private static final int BATCH = 50;
    private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n";

    private static final List<String> WITHOUT_COLLECTOR =
            List.of(
                    "-XX:+UnlockExperimentalVMOptions",
                    "-XX:+UseEpsilonGC",
                    "-Xms192m",
                    "-Xmx192m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:+UseCompactObjectHeaders",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dio.netty.leakDetection.level=disabled");

    @TempDir private Path folder;

    @Test
    void tenMillionLoggedRequestsNeedNoCollector() throws Exception {
        List<Integer> ports = FreePort.find(2);
        Process server = nginx(ports.get(1));
        String file =
                """
                frontends:
                  web: {bind: "127.0.0.1:%d", backend: shop, access-log: /dev/null}
                backends:
                  shop:
                    servers: {web1: "127.0.0.1:%d"}
                """
                        .formatted(ports.get(0), ports.get(1));
        try (RunningNode node =
                RunningNode.start(folder.resolve("node"), file, WITHOUT_COLLECTOR)) {
            node.awaitStatus("healthy", healthIs("healthy", "shop", "web1"));
            int length = ask(ports.get(0));
            // A busy machine may drop lines, which are counted: as many are asked for again.
            int rounds = 0;
            while (logged(node.get("/metrics").body()) < REQUESTS) {
                assertThat(++rounds).as("rounds").isLessThanOrEqualTo(MOST_ROUNDS);
                askManyTimes(ports.get(0), length);
                assertThat(node.running()).as(node.log()).isTrue();
            }
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private Process nginx(int port) throws IOException {
        Path conf =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; master_process off;
                        pid %1$s/nginx.pid; error_log %1$s/nginx.log;
                        events { worker_connections 1024; }
                        http {
                            access_log off;
                            keepalive_requests 1000000000;
                            server { listen 127.0.0.1:%2$d; location / { return 200 "ok"; } }
                        }
                        """
                                .formatted(folder, port));
        return new ProcessBuilder("nginx", "-c", conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
    }

    /** Asks once, on a connection of its own; returns how long the answer is. */
    private static int ask(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().endsWith("ok")) {
                int octet = socket.getInputStream().read();
                assertThat(octet).as("after " + answer).isNotNegative();
                answer.append((char) octet);
            }
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            return answer.length();
        }
    }

    private static void askManyTimes(int port, int length) throws InterruptedException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, e) -> failures.add(e))
                            .start(() -> askBatches(port, length)));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void askBatches(int port, int length) {
        byte[] batch = REQUEST.repeat(BATCH).getBytes(US_ASCII);
        byte[] answers = new byte[length * BATCH];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            InputStream in = socket.getInputStream();
            for (int sent = 0; sent < ROUND / CONNECTIONS; sent += BATCH) {
                socket.getOutputStream().write(batch);
                assertThat(in.readNBytes(answers, 0, answers.length)).isEqualTo(answers.length);
                assertThat(new String(answers, answers.length - 2, 2, US_ASCII)).isEqualTo("ok");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long logged(String metrics) {
        return sum(metrics, "http_requests_total{")
                - sum(metrics, "alwayson_access_log_dropped_lines_total ");
    }

    private static long sum(String metrics, String beginning) {
        return metrics.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
