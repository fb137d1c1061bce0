package dev.alwayson.node.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Input;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {

    private static final Duration GENEROUS = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final BlockingQueue<Input.Probed> told = new LinkedBlockingQueue<>();
    private final Checks checks = new Checks(told::add);

    @AfterEach
    void close() {
        checks.close();
    }

    @Test
    void aServerThatAnswersAsExpectedIsWell() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            ProbeResult result = probe(server, http().check());
            assertThat(result.reason()).isEqualTo("status 200");
            assertThat(result.success()).isTrue();
            assertThat(result.took()).isPositive().isLessThan(GENEROUS);
        }
    }

    @Test
    void theRequestNamesHostPathMethodAndItself() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            probe(server, http().check());
            assertThat(server.requests.take())
                    .startsWith("GET /health HTTP/1.1\r\n")
                    .contains("\r\nHost: " + server.address() + "\r\n")
                    .contains("\r\nUser-Agent: AlwaysOn-Check\r\n")
                    .contains("\r\nConnection: close\r\n");
            probe(server, http().method("POST").host("shop.example.com").check());
            assertThat(server.requests.take())
                    .startsWith("POST /health HTTP/1.1\r\nHost: shop.example.com\r\n")
                    .contains("\r\nContent-Length: 0\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "503, 'status 503, expected 200-399'",
        "199, no answer within 300ms",
        "404, 'status 404, expected 200-399'"
    })
    void anUnexpectedStatusIsNamed(int status, String reason) throws Exception {
        try (Responder server =
                new Responder(connection -> {
                    Responder.readHead(connection);
                    connection
                            .getOutputStream()
                            .write(("HTTP/1.1 " + status + " x\r\n\r\n").getBytes(ISO_8859_1));
                    connection.getInputStream().read();
                })) {
            assertUnwell(probe(server, http().timeout(SHORT).check()), reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\na body all wrong",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwron",
                "HTTP/1.0 302 Found\r\nLocation: /login\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\n\r\n",
                "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n\r\n",
                "HTTP/1.1 501 Unsupported method ('HEAD')\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Service Unavailable\r\n\r\n"
            })
    void whoeverAnswersAtAllIsWellWhereAnyAnswerWillDo(String answer) throws Exception {
        try (Responder server = Responder.answering(answer)) {
            ProbeResult result = probe(server, HealthCheck.TCP.forAnyAnswer());
            assertThat(result.success()).as(result.reason()).isTrue();
            assertThat(server.requests.take()).startsWith("HEAD / HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', closed without an answer",
        "HTTP/1.1 200 OK, closed within its answer",
        "SSH-2.0-OpenSSH, not HTTP: \"SSH-2.0-OpenSSH\""
    })
    void whatIsNoAnswerIsNoneWhereAnyWillDo(String answer, String reason) throws Exception {
        try (Responder server = Responder.answering(answer)) {
            assertUnwell(probe(server, HealthCheck.TCP.forAnyAnswer()), reason);
        }
    }

    @Test
    void theServerItselfIsAskedWhateverProxyTheMachineIsSetTo() throws Exception {
        try (Socket nobody = bound();
                Responder server = Responder.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            System.setProperty("socksProxyHost", "127.0.0.1");
            System.setProperty("socksProxyPort", Integer.toString(nobody.getLocalPort()));
            System.setProperty("socksNonProxyHosts", "");
            assertThat(probe(server, http().check()).reason()).isEqualTo("status 200");
        } finally {
            System.clearProperty("socksProxyHost");
            System.clearProperty("socksProxyPort");
            System.clearProperty("socksNonProxyHosts");
        }
    }

    @Test
    void severalExpectedRangesAreAllNamed() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.0 301\r\n\r\n")) {
            List<StatusRange> two = List.of(StatusRange.parse("200-299"), StatusRange.parse("404"));
            assertUnwell(
                    probe(server, http().expectStatus(two).check()),
                    "status 301, expected 200-299, 404");
        }
    }

    @Test
    void interimResponsesAreNotTheAnswer() throws Exception {
        try (Responder server =
                Responder.answering(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 50",
                        "0 Broken\r\n\r\n")) {
            assertUnwell(probe(server, http().check()), "status 500, expected 200-399");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n|all is| ok.",
                "HTTP/1.1 200 OK\r\n\r\n|all is o|k",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n|9;x=y\r\nall is o|k\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nis o\r\n1\r\nk\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 5\n\nis ok"
            })
    void theExpectedTextIsFoundHoweverTheBodyIsFramed(String pieces) throws Exception {
        try (Responder server = Responder.answering(pieces.split("\\|"))) {
            ProbeResult result = probe(server, http().expectText("is ok").check());
            assertThat(result.reason()).isEqualTo("status 200");
            assertThat(result.success()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nis ok",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nis ok",
                "HTTP/1.1 200 OK\r\nX: is ok\r\n\r\nfine",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nis o\r\n0\r\n\r\nk"
            })
    void aTextThatIsNotInTheBodyIsNamed(String answer) throws Exception {
        try (Responder server = Responder.answering(answer)) {
            assertUnwell(
                    probe(server, http().expectText("is ok").check()),
                    "text \"is ok\" not in the body");
        }
    }

    @Test
    void theTextIsSearchedInTheFirst64KiBOnly() throws Exception {
        String filler = "x".repeat(64 * 1024 - 2);
        try (Responder within = Responder.answering("HTTP/1.1 200 OK\r\n\r\n" + filler + "ok");
                Responder beyond =
                        Responder.answering("HTTP/1.1 200 OK\r\n\r\nx" + filler + "ok")) {
            assertThat(probe(within, http().expectText("ok").check()).success()).isTrue();
            assertUnwell(
                    probe(beyond, http().expectText("ok").check()), "text \"ok\" not in the body");
        }
    }

    @Test
    void aClosedPortRefuses() throws Exception {
        try (Socket bound = bound()) {
            HostAndPort closed = new HostAndPort("127.0.0.1", bound.getLocalPort());
            assertUnwell(probe(closed, http().check()), "connection refused");
            assertUnwell(probe(closed, HealthCheck.TCP), "connection refused");
        }
    }

    /** Has a port, on which nobody listens as long as it is open. */
    private static Socket bound() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    @Test
    void aServerThatAcceptsAndNeverAnswersIsGivenUpAtTheTimeout() throws Exception {
        try (Responder server = Responder.silent()) {
            ProbeResult result = probe(server, http().timeout(SHORT).check());
            assertUnwell(result, "no answer within 300ms");
            assertThat(result.took()).isBetween(SHORT.minusMillis(50), GENEROUS);
            assertThat(server.endings.poll(20, SECONDS)).as("and is left").isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"})
    void aServerThatDripsGainsNoTime(String beginning) throws Exception {
        try (Responder server =
                new Responder(connection -> {
                    OutputStream out = connection.getOutputStream();
                    out.write(beginning.getBytes(ISO_8859_1));
                    while (true) {
                        out.write('x');
                        Thread.sleep(20);
                    }
                })) {
            assertUnwell(
                    probe(server, http().timeout(SHORT).expectText("ok").check()),
                    "no answer within 300ms");
            assertThat(server.endings.poll(20, SECONDS)).as("and is left").isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', closed without an answer",
        "HTTP/1.1 2, closed within its answer",
        "'HTTP/1.1 200 OK\r\nX: y\r\n', closed within its answer",
        "'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx', closed within its body",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx', closed within its body"
    })
    void aServerThatHalfClosesTooEarlyIsFoundOutAtOnce(String sent, String reason)
            throws Exception {
        try (Responder server =
                new Responder(connection -> {
                    Responder.readHead(connection);
                    connection.getOutputStream().write(sent.getBytes(ISO_8859_1));
                    connection.shutdownOutput();
                    connection.getInputStream().read();
                })) {
            assertUnwell(probe(server, http().expectText("ok").check()), reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'SSH-2.0-OpenSSH_9.2\r\n', '\"SSH-2.0-OpenSSH_9.2..\"'",
        "'J\u0000\u0000\u0000', '\"J...\"'",
        "'HTTP/2.0 200 OK\r\n', '\"HTTP/2.0 200 OK..\"'",
        "'HTTP/1.1 2xx OK\r\n', '\"HTTP/1.1 2xx OK\"'",
        "'HTTP/1.1 101 Switching\r\n', '\"HTTP/1.1 101 Switching\"'",
        "'HTTP/1.1 200 OK\r\nno colon\r\n', '\"no colon\"'",
        "'HTTP/1.1 200 OK\r\nContent-Length: 1a\r\n', 'Content-Length \"1a\"'",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n', 'chunk size \"five\"'"
    })
    void whatIsNotHttpIsFoundOutByItsFirstBytesAndShown(String sent, String shown)
            throws Exception {
        try (Responder server =
                new Responder(connection -> {
                    connection.getOutputStream().write(sent.getBytes(ISO_8859_1));
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                })) {
            assertUnwell(probe(server, http().expectText("ok").check()), "not HTTP: " + shown);
        }
    }

    @Test
    void aHugeHeadIsNotReadToItsEnd() throws Exception {
        for (String line : List.of("X: " + "y".repeat(100_000), "X: y\r\n".repeat(10_000))) {
            try (Responder server =
                    Responder.answering("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n")) {
                assertUnwell(probe(server, http().check()), "not HTTP: a head above 32 KiB");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-host.invalid", "1.2.3.999"})
    void aNameThatDoesNotResolveIsNamed(String host) throws Exception {
        ProbeResult result = probe(new HostAndPort(host, 80), http().check());
        assertThat(result.success()).isFalse();
        assertThat(result.reason()).startsWith("name does not resolve").endsWith(": " + host);
    }

    @Test
    void aNameIsResolved() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            HostAndPort named = new HostAndPort("localhost", server.address().port());
            assertThat(probe(named, http().check()).reason()).isEqualTo("status 200");
        }
    }

    @Test
    void aTcpCheckConnectsAndSendsNothing() throws Exception {
        try (Responder server = Responder.silent()) {
            ProbeResult result = probe(server, HealthCheck.TCP);
            assertThat(result.reason()).isEqualTo("connected");
            assertThat(result.success()).isTrue();
            assertThat(server.endings.poll(20, SECONDS)).isEqualTo("Connection reset");
        }
    }

    @Test
    void aServerThatStillWritesItsAnswerIsNotDisturbed() throws Exception {
        try (Responder server =
                new Responder(connection -> {
                    Responder.readHead(connection);
                    OutputStream out = connection.getOutputStream();
                    out.write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".getBytes(ISO_8859_1));
                    assertThat(told.poll(20, SECONDS)).as("known already").isNotNull();
                    for (int piece = 0; piece < 50; piece++) {
                        out.write("x".repeat(100).getBytes(ISO_8859_1));
                    }
                })) {
            checks.schedule(new Target(server.address(), http().check()), 1, Duration.ZERO);
            assertThat(server.endings.poll(20, SECONDS)).isEqualTo("done");
        }
    }

    @Test
    void aProbeWaitsForItsDelay() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            Target target = new Target(server.address(), http().check());
            long asked = System.nanoTime();
            checks.schedule(target, 7, SHORT);
            assertThat(told.poll(20, SECONDS))
                    .satisfies(probed -> assertThat(probed.round()).isEqualTo(7))
                    .satisfies(probed -> assertThat(probed.target()).isEqualTo(target));
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(SHORT);
        }
    }

    @Test
    void everyProbeIsAnsweredOnceAndLeavesNothingOpen() throws Exception {
        try (Responder well = Responder.answering("HTTP/1.1 200 OK\r\n\r\n");
                Responder silent = Responder.silent();
                Responder foreign = Responder.answering("SSH-2.0\r\n")) {
            long before = openFiles();
            for (int round = 0; round < 300; round++) {
                Responder server = List.of(well, silent, foreign).get(round % 3);
                HealthCheck check =
                        round % 2 == 0 ? http().timeout(SHORT).check() : HealthCheck.TCP;
                checks.schedule(new Target(server.address(), check), round, Duration.ZERO);
            }
            Set<Long> rounds = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                Input.Probed probed = told.poll(20, SECONDS);
                assertThat(probed).isNotNull();
                assertThat(rounds.add(probed.round())).isTrue();
            }
            long deadline = System.nanoTime() + GENEROUS.toNanos();
            while (openFiles() > before + 10 && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(openFiles()).isLessThanOrEqualTo(before + 10);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void anErrorOfItsOwnIsAnswerToo() throws Exception {
        try (Responder server = Responder.answering("HTTP/1.1 200 OK\r\n\r\n");
                Checks failing = new Checks(this::tellFailuresOnly)) {
            failing.schedule(new Target(server.address(), http().check()), 7, Duration.ZERO);
            Input.Probed probed = Objects.requireNonNull(told.poll(20, SECONDS), "an answer");
            assertThat(probed.round()).isEqualTo(7);
            assertUnwell(
                    probed.result(), "the check itself failed: java.lang.StackOverflowError: told");
        }
    }

    private void tellFailuresOnly(Input.Probed probed) {
        if (probed.result().success()) {
            throw new StackOverflowError("told");
        }
        told.add(probed);
    }

    @Test
    void closingGivesUpWhatRunsAndWhatIsScheduledAndTellsNothing() throws Exception {
        try (Responder server = Responder.silent()) {
            Target target = new Target(server.address(), http().timeout(GENEROUS).check());
            Target named = new Target(new HostAndPort("no-such-host.invalid", 1), target.check());
            checks.schedule(target, 1, Duration.ZERO);
            checks.schedule(target, 2, GENEROUS);
            checks.schedule(named, 3, Duration.ofMillis(1));
            awaitConnection(server);
            long closing = System.nanoTime();
            checks.close();
            assertThat(Duration.ofNanos(System.nanoTime() - closing))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(server.endings.poll(20, SECONDS)).as("its connection is closed").isNotNull();
            checks.schedule(target, 4, Duration.ZERO);
            assertThat(told.stream().filter(probed -> probed.round() != 3)).isEmpty();
        }
    }

    private static void awaitConnection(Responder server) throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (server.open() == 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(server.open()).isEqualTo(1);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static void assertUnwell(ProbeResult result, String reason) {
        assertThat(result.reason()).isEqualTo(reason);
        assertThat(result.success()).isFalse();
    }

    private ProbeResult probe(Responder server, HealthCheck check) throws InterruptedException {
        return probe(server.address(), check);
    }

    private ProbeResult probe(HostAndPort address, HealthCheck check) throws InterruptedException {
        Target target = new Target(address, check);
        checks.schedule(target, 1, Duration.ZERO);
        Input.Probed probed = told.poll(60, SECONDS);
        assertThat(probed).as("a result").isNotNull();
        return Objects.requireNonNull(probed).result();
    }

    private static HttpCheck http() {
        return new HttpCheck(
                "GET",
                Optional.empty(),
                List.of(new StatusRange(200, 399)),
                Optional.empty(),
                GENEROUS);
    }

    /** A check of {@code /health} in the making. */
    private record HttpCheck(
            String method,
            Optional<String> host,
            List<StatusRange> expectStatus,
            Optional<String> expectText,
            Duration timeout) {

        HttpCheck method(String other) {
            return new HttpCheck(other, host, expectStatus, expectText, timeout);
        }

        HttpCheck host(String other) {
            return new HttpCheck(method, Optional.of(other), expectStatus, expectText, timeout);
        }

        HttpCheck expectStatus(List<StatusRange> other) {
            return new HttpCheck(method, host, other, expectText, timeout);
        }

        HttpCheck expectText(String other) {
            return new HttpCheck(method, host, expectStatus, Optional.of(other), timeout);
        }

        HttpCheck timeout(Duration other) {
            return new HttpCheck(method, host, expectStatus, expectText, other);
        }

        HealthCheck check() {
            return new HealthCheck(
                    Optional.of("/health"),
                    method,
                    host,
                    expectStatus,
                    expectText,
                    Duration.ofSeconds(2),
                    timeout,
                    2,
                    3,
                    new Percent(0.1),
                    Duration.ofMillis(500));
        }
    }
}
