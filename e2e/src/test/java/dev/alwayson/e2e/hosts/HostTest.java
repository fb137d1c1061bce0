package dev.alwayson.e2e.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A web server on a host, seen from the test, under each thing that can be done to the host. */
class HostTest {

    private static final int PORT = 8080;

    private PrivateNetwork network;
    private Host web;
    private HostProcess server;

    @BeforeEach
    void aWebServerOnAHost() throws IOException {
        network = PrivateNetwork.open();
        web = network.host("web1");
        server = web.start(nginx("a".repeat(50_000)));
        awaitAnswer();
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void answersOnItsOwnAddress() {
        assertThat(get("/", Duration.ofSeconds(5))).contains(50_000);
    }

    @Test
    void hostsReachEachOther() {
        Host client = network.host("client");

        String answer = client.run("curl", "-sS", "--max-time", "5", url("/"));

        assertThat(answer).hasSize(50_000);
    }

    @Test
    void noHostReachesAnythingElse() {
        assertThat(web.run("ip", "route")).startsWith("198.").hasLineCount(1);
        assertThatThrownBy(() -> web.run("curl", "-sS", "--max-time", "2", "http://192.0.2.1/"))
                .hasMessageContaining("Couldn't connect");
    }

    @Test
    void aKilledServerRefusesAtOnceAndItsChildrenAreGone() {
        assertThat(web.pids()).as("nginx: its master and its worker").hasSize(2);

        server.kill();

        assertThat(server.running()).isFalse();
        assertThat(get("/", Duration.ofSeconds(5))).isEmpty();
        assertThat(web.pids()).isEmpty();
    }

    @Test
    void aFrozenServerAnswersNothingUntilItThaws() {
        server.freeze();
        assertThat(get("/", Duration.ofMillis(500))).isEmpty();

        server.thaw();
        assertThat(get("/", Duration.ofSeconds(5))).contains(50_000);
    }

    @Test
    void aServerThatIsCutOffIsBackWhenItsCableIs() {
        web.cutOff();
        assertThat(get("/", Duration.ofMillis(500))).isEmpty();

        web.reconnect();
        awaitAnswer();
    }

    @Test
    void aThinCableTakesItsTime() {
        web.throttle(400);
        long began = System.nanoTime();
        assertThat(get("/", Duration.ofSeconds(20))).contains(50_000);
        Duration thin = Duration.ofNanos(System.nanoTime() - began);

        web.unthrottle();
        began = System.nanoTime();
        assertThat(get("/", Duration.ofSeconds(20))).contains(50_000);
        Duration thick = Duration.ofNanos(System.nanoTime() - began);

        // 50,000 bytes less the burst of 8 KiB are 0.8 s at 400 kbit/s.
        assertThat(thin).isGreaterThan(Duration.ofMillis(600));
        assertThat(thick).isLessThan(thin);
    }

    @Test
    void aStutteringServerIsSlowAndBecomesEvenAgain() {
        server.stutter(Duration.ofMillis(400), Duration.ofMillis(5));
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Duration slowest = Duration.ZERO;
        while (slowest.compareTo(Duration.ofMillis(200)) < 0) {
            long began = System.nanoTime();
            assertThat(began).as("%s", slowest).isLessThan(deadline);
            assertThat(get("/", Duration.ofSeconds(20))).contains(50_000);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }

        server.even();
        assertThat(get("/", Duration.ofSeconds(5))).contains(50_000);
    }

    @Test
    void nothingIsLeftWhenTheNetworkCloses() {
        long pid = server.pid();
        network.close();

        assertThat(Path.of("/proc/" + pid)).doesNotExist();
        assertThat(Shell.run("ip", "netns")).doesNotContain(ownPrefix());
        assertThat(Shell.run("ip", "-o", "link")).doesNotContain("ao" + ownPid() + "-");
    }

    @Test
    void nothingIsLeftWhenTheJvmThatOpenedItIsKilled() throws IOException, InterruptedException {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.alwayson.e2e.hosts.OpenForever")
                        .redirectErrorStream(true)
                        .start();
        String frozen = other.inputReader().readLine();
        assertThat(Path.of("/proc/" + frozen)).exists();

        other.destroyForcibly().waitFor();

        await("the frozen process is gone", () -> !Files.exists(Path.of("/proc/" + frozen)));
        await(
                "its namespaces and links are gone",
                () ->
                        !Shell.run("ip", "netns").contains("ao-" + other.pid() + "-")
                                && !Shell.run("ip", "-o", "link").contains("ao" + other.pid()));
    }

    @Test
    void whatADeadRunLeftIsSweptByTheNext() throws IOException {
        long dead = deadPid();
        Shell.run("ip", "netns", "add", "ao-" + dead + "-1-web1");
        Shell.run("ip", "link", "add", "ao" + dead + "-1b", "type", "bridge");
        Files.createDirectory(Path.of("/tmp/ao-hosts-" + dead + "-1"));

        PrivateNetwork.open().close();

        assertThat(Shell.run("ip", "netns")).doesNotContain("ao-" + dead + "-1");
        assertThat(Shell.run("ip", "-o", "link")).doesNotContain("ao" + dead + "-1b");
        assertThat(Path.of("/tmp/ao-hosts-" + dead + "-1")).doesNotExist();
    }

    /** The pid of a process that has just ended. */
    private static long deadPid() throws IOException {
        Process process = new ProcessBuilder("true").start();
        process.onExit().join();
        return process.pid();
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }

    private static String ownPrefix() {
        return "ao-" + ownPid() + "-";
    }

    /** nginx with a master and a worker, which serves one page. */
    private String[] nginx(String page) throws IOException {
        Path folder = Files.createTempDirectory(network.folder(), "nginx");
        Files.writeString(folder.resolve("index.html"), page);
        Path file = folder.resolve("nginx.conf");
        Files.writeString(
                file,
                """
                daemon off;
                user root;
                pid %1$s/pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    server {
                        listen %2$d;
                        root %1$s;
                    }
                }
                """
                        .formatted(folder, PORT));
        return new String[] {"nginx", "-c", file.toString()};
    }

    private String url(String path) {
        return "http://" + web.address() + ":" + PORT + path;
    }

    /** The length of the answer with 200; empty if there is none within the time. */
    private Optional<Integer> get(String path, Duration limit) {
        try {
            var connection = (HttpURLConnection) URI.create(url(path)).toURL().openConnection();
            connection.setConnectTimeout((int) limit.toMillis());
            connection.setReadTimeout((int) limit.toMillis());
            connection.setRequestProperty("Connection", "close");
            try (var body = connection.getInputStream()) {
                return Optional.of(body.readAllBytes().length);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void awaitAnswer() {
        await("an answer from " + url("/"), () -> get("/", Duration.ofSeconds(1)).isPresent());
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
