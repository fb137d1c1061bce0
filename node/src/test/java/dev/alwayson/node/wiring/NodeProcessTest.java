package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node as a process, which signals reach. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NodeProcessTest {

    @TempDir private Path folder;
    private Path file;
    private @Nullable Process process;

    @BeforeEach
    void configure() throws IOException {
        file = folder.resolve("alwayson.yaml");
        configure("");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void hangupReloadsAndTermStops() throws Exception {
        Process node = start("idle");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            await(log, "lb1 serves; admin on port");
            signal(node, "HUP");
            await(log, "configuration applied, asked by SIGHUP: no setting has changed");
            configure("colour: blue");
            signal(node, "HUP");
            await(log, "configuration refused, asked by SIGHUP");
            signal(node, "TERM");
            await(log, "stopping, asked by SIGTERM");
            assertThat(await(log, "lb1 has stopped, "))
                    .matches(
                            ".* lb1 has stopped, \\d+(ms|s) after it was asked to; client"
                                    + " connections that were cut: none");
            assertThat(log.readLine()).as("nothing comes after it").isNull();
            assertThat(node.waitFor()).isZero();
        }
    }

    /** As nohup starts it: Java leaves such a signal ignored. */
    @Test
    void aNodeThatHangupCannotReachSaysSo() throws Exception {
        Process node = start("idle", "trap '' HUP && ");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            await(log, "lb1 serves; admin on port");
            signal(node, "TERM");
            assertThat(log.readLine())
                    .endsWith(
                            "SIGHUP does not reload: whoever started this process has it ignored, as"
                                    + " nohup does; use alwayson reload");
        }
    }

    @Test
    void whatIsWorthKnowingOfTheFileIsLoggedAtTheStartAndAtAReload() throws Exception {
        configure("backends: {old: {servers: {web1: 127.0.0.1:1}}}");
        Process node = start("idle");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            await(log, file + ":3:12: note: backends.old: no frontend leads to it");
            configure("backends: {older: {servers: {web1: 127.0.0.1:1}}}");
            signal(node, "HUP");
            await(log, file + ":3:12: note: backends.older: no frontend leads to it");
        }
    }

    @Test
    void aSecondTermDoesNotWaitForWhatRuns() throws Exception {
        Process node = start("busy");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            await(log, "lb1 serves; admin on port");
            signal(node, "TERM");
            await(log, "stopping, asked by SIGTERM");
            signal(node, "TERM");
            assertThat(node.waitFor(300, TimeUnit.MILLISECONDS)).as("by an echo").isFalse();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!node.waitFor(50, TimeUnit.MILLISECONDS)) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                signal(node, "TERM");
            }
            await(log, "Stopping at once; client connections that are cut: 1");
            assertThat(await(log, "lb1 has stopped, ")).endsWith("that were cut: 1");
            assertThat(node.waitFor()).isEqualTo(128 + 15);
        }
    }

    @Test
    void strangersWhoHangUpDoNotFillTheLog() throws Exception {
        Process node = start("idle");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            int port = adminPort(log);
            for (int i = 0; i < 20; i++) {
                try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    stranger.getOutputStream()
                            .write(
                                    "GET / HTTP/1.1\r\nHost: a\r\nX"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
            signal(node, "TERM");
            assertThat(log.lines())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("stopping"),
                            line -> assertThat(line).contains("lb1 has stopped, "));
        }
    }

    @Test
    void aStopWhileManyAskTheAdminServerIsToldInTwoLines() throws Exception {
        Process node = start("idle");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8);
                ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = adminPort(log);
            CountDownLatch answers = new CountDownLatch(200);
            for (int i = 0; i < 16; i++) {
                int most = i % 2 == 0 ? 1 : Integer.MAX_VALUE;
                askers.execute(() -> askUntilItEnds(port, most, answers));
            }
            answers.await();
            signal(node, "TERM");
            assertThat(log.lines())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("stopping"),
                            line -> assertThat(line).contains("lb1 has stopped, "));
        }
    }

    /** Asks again and again, at most so many times on a connection, until nobody listens. */
    private static void askUntilItEnds(int port, int mostOnOne, CountDownLatch answers) {
        boolean listens = true;
        while (listens) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                for (int i = 0; i < mostOnOne; i++) {
                    ask(client);
                    answers.countDown();
                }
            } catch (ConnectException e) {
                listens = false;
            } catch (IOException e) {
                listens = true; // Cut: whoever stops may do that.
            }
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream()
                .write(
                        "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\"alive\"}\n") < 0) {
            int octet = client.getInputStream().read();
            if (octet < 0) {
                throw new EOFException("closed by the node");
            }
            answer.append((char) octet);
        }
    }

    @Test
    void theAdminServerComesBackAfterAShortageOfDescriptors() throws Exception {
        Process node = start("idle", 256);
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            int port = adminPort(log);
            tell(node, '0');
            await(log, "took all");
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connectOnceMore(port);
                assertThat(log.readLine())
                        .contains("127.0.0.1:0: the admin server does not listen, and cannot yet: ")
                        .contains("Too many open files")
                        .contains("; raise LimitNOFILE= of the unit, or ulimit -n");
            }
            tell(node, '2');
            assertThat(log.readLine())
                    .contains("127.0.0.1:0: the admin server listens again; it had ended at ")
                    .contains("Too many open files")
                    .endsWith("; raise LimitNOFILE= of the unit, or ulimit -n");
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream()
                        .write(
                                "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(12)).asString().endsWith(" 200");
            }
        }
    }

    /** If the first found the descriptor that the node's own look at the port had just then. */
    private static void connectOnceMore(int port) throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
        } catch (ConnectException e) {
            // The listener has ended, as it should.
        }
    }

    @Test
    void strangersCannotTakeEveryDescriptor() throws Exception {
        Process node = start("idle", 256);
        List<Socket> strangers = new ArrayList<>();
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            int port = adminPort(log);
            for (int i = 0; i < 300; i++) {
                strangers.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            assertThat(strangers.getFirst().getInputStream().read())
                    .as("closed by the node, for want of a request in its 10 seconds")
                    .isEqualTo(-1);
            signal(node, "TERM");
            String full = "all 16 connections that the admin server takes are taken";
            List<String> said = log.lines().toList();
            assertThat(said).anySatisfy(line -> assertThat(line).contains(full));
            assertThat(said)
                    .filteredOn(line -> !line.contains(full))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("stopping"),
                            line -> assertThat(line).contains("lb1 has stopped, "));
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** The last descriptor goes to a client that asks nothing, so that a thread waits for it. */
    @Test
    void theAdminServerGoesOnWhoseFirstClientTookTheLastDescriptor() throws Exception {
        Process node = start("idle", 256);
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            int port = adminPort(log);
            tell(node, '1');
            await(log, "took all");
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
                silent.setSoTimeout(1000);
                int _ = silent.getInputStream().read();
            } catch (SocketTimeoutException e) {
                // It waits, as it may.
            }
            tell(node, '2');
            while (!answersTwice(port)) {
                Thread.onSpinWait();
            }
        }
    }

    /** Whether two requests, one after the other, are answered on one connection. */
    private static boolean answersTwice(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            BufferedReader answers =
                    new BufferedReader(
                            new InputStreamReader(
                                    client.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; i < 2; i++) {
                client.getOutputStream()
                        .write(
                                "HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                String line = answers.readLine();
                if (line == null || !line.endsWith(" 200 OK")) {
                    return false;
                }
                while (!line.isEmpty()) {
                    line = answers.readLine();
                }
            }
            return true;
        } catch (SocketException e) {
            return false; // The listener that found no descriptor left is not replaced yet.
        }
    }

    @Test
    void aCheckForWhichThereIsNoDescriptorSaysNothingAboutTheServer() throws Exception {
        ServerSocket web1 = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        configure(
                """
                backends:
                  shop:
                    health-check: {http: none, interval: 1s, timeout: 1s, rise: 1, fall: 1}
                    servers:
                      web1: "127.0.0.1:%d"
                """
                        .formatted(web1.getLocalPort()));
        Process node = start("idle", 256);
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            await(log, "shop/web1 is healthy");
            tell(node, '0');
            assertThat(await(log, "shop/web1", "Health checks cannot be made"))
                    .contains("says nothing about the servers: Too many open files");
            tell(node, '2');
            web1.close();
            assertThat(await(log, "shop/web1"))
                    .endsWith("shop/web1 is unhealthy, was healthy: connection refused");
        } finally {
            web1.close();
        }
    }

    @Test
    void aFileWithProblemsStartsNothing() throws Exception {
        configure("colour: blue\nsize: 7");
        Process node = start("idle");
        try (BufferedReader log = node.errorReader(StandardCharsets.UTF_8)) {
            assertThat(log.lines()).hasSize(2).allMatch(line -> line.startsWith(file + ":"));
        }
        assertThat(node.waitFor()).isEqualTo(1);
    }

    private Process start(String path) throws IOException {
        return start(path, 4096);
    }

    private Process start(String path, int descriptors) throws IOException {
        return start(path, "ulimit -n " + descriptors + " && ");
    }

    private Process start(String path, String before) throws IOException {
        Process started =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                before + "exec \"$@\"",
                                "sh",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                QuietProcess.class.getName(),
                                file.toString(),
                                path)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process = started;
        return started;
    }

    private void configure(String more) throws IOException {
        Files.writeString(file, "admin: {bind: \"127.0.0.1:0\"}\nfrontends: {}\n" + more + "\n");
    }

    /** The port of the admin server, of a node that starts. */
    private static int adminPort(BufferedReader log) throws IOException {
        String serves = await(log, "lb1 serves; admin on port ");
        return Integer.parseInt(serves.replaceFirst(".*on port ", ""));
    }

    private static void tell(Process node, char what) throws IOException {
        node.getOutputStream().write(what);
        node.getOutputStream().flush();
    }

    /** The first line with one of these in it. */
    private static String await(BufferedReader log, String... parts) throws IOException {
        StringBuilder read = new StringBuilder();
        String line = log.readLine();
        while (line != null && Stream.of(parts).noneMatch(line::contains)) {
            read.append(line).append('\n');
            line = log.readLine();
        }
        assertThat(line).as("%s, after: %s", List.of(parts), read).isNotNull();
        return line;
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
}
