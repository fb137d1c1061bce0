package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendTimeouts;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Network;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file without problems becomes, and what is said of one that cannot be read at all. */
@Tag("alone")
class ConfigurationFileTest {

    @TempDir Path folder;

    @Test
    void everySettingReachesItsRecord() throws IOException {
        Files.writeString(folder.resolve("token"), "t0ken\n");
        Files.writeString(folder.resolve("sorry.html"), "sorry");
        Configuration configuration =
                WrittenFile.of(
                                folder,
                                """
                                node: lb1
                                data: state
                                admin: {bind: "0.0.0.0:7071", token-file: token}
                                frontends:
                                  web:
                                    bind: [":8080", "[::1]:8081"]
                                    mode: http
                                    backend: shop
                                    routes:
                                      - {host: "*.example.com", path: /v2/, backend: static}
                                      - {path: /static, backend: static}
                                    timeouts: {request-head: 5s, idle: 30s, tunnel: 2h}
                                    access-log: {file: /var/log/web.log, format: haproxy}
                                    max-body: 10MiB
                                    upgrade: [websocket]
                                    trusted-proxies: [10.0.0.0/8, "fd00::/8"]
                                    request-id: true
                                    limits: {request-line: 4KiB, head: 16KiB, header-lines: 50}
                                    clients: {max-connections: 500, max-connections-per-address: 20, requests-per-second: 50, request-burst: 100, exempt: [192.0.2.0/24, "::1"]}
                                    underscore-names: true
                                backends:
                                  shop:
                                    balance: random-two
                                    health-check:
                                      http: /health?deep=1
                                      method: OPTIONS
                                      host: shop.example.com
                                      expect-status: [200, 300-399]
                                      expect-text: all is well
                                      interval: 5s
                                      timeout: 2s
                                      rise: 1
                                      fall: 5
                                      jitter: 0%
                                      fast-interval: 1s
                                    retries: {attempts: 3, budget: 12.5%, on-status: [500, 503], hold-body: 0B}
                                    timeouts: {connect: 500ms, response: 1m, try: 20s, queue: 0s}
                                    when-down: {backend: static}
                                    max-queue: 0
                                    answer: redirect
                                    eject: {failures: 9, within: 5s, on-status: [500, 503], base: 1s, max: 1m, share: 34%}
                                    panic: 25%
                                    servers:
                                      web1: 10.0.0.1:80
                                      web2: {address: web2:80, weight: 256, max-connections: 200, slow-start: 30s, backup: true}
                                  static:
                                    health-check: none
                                    eject: on
                                    when-down: {status: 500, body-file: sorry.html}
                                    servers: {files: "[fd00::1]:80"}
                                shutdown: {unready-time: 5s, timeout: 10s}
                                """)
                        .configuration();

        Frontend web =
                new Frontend(
                        List.of(new HostAndPort("", 8080), new HostAndPort("::1", 8081)),
                        Mode.HTTP,
                        Optional.of("shop"),
                        List.of(
                                new Route(
                                        Optional.of("*.example.com"),
                                        Optional.of("/v2/"),
                                        "static"),
                                new Route(Optional.empty(), Optional.of("/static"), "static")),
                        new FrontendTimeouts(
                                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofHours(2)),
                        Optional.of(
                                new AccessLog(
                                        Path.of("/var/log/web.log"), AccessLog.Format.HAPROXY)),
                        ByteSize.parse("10MiB"),
                        List.of("websocket"),
                        List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8")),
                        true,
                        new Limits(ByteSize.kib(4), ByteSize.kib(16), 50),
                        new ClientLimits(
                                500,
                                20,
                                50,
                                100,
                                List.of(Network.parse("192.0.2.0/24"), Network.parse("::1"))),
                        true);
        HealthCheck check =
                new HealthCheck(
                        Optional.of("/health?deep=1"),
                        "OPTIONS",
                        Optional.of("shop.example.com"),
                        List.of(new StatusRange(200, 200), new StatusRange(300, 399)),
                        Optional.of("all is well"),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        1,
                        5,
                        new Percent(0),
                        Duration.ofSeconds(1));
        Map<String, Server> servers = new LinkedHashMap<>();
        servers.put("web1", Server.at(new HostAndPort("10.0.0.1", 80)));
        servers.put(
                "web2",
                new Server(new HostAndPort("web2", 80), 256, 200, Duration.ofSeconds(30), true));
        Backend shop =
                new Backend(
                        servers,
                        Balance.RANDOM_TWO,
                        Optional.of(check),
                        new Retries(3, new Percent(0.125), List.of(500, 503), new ByteSize(0)),
                        new BackendTimeouts(
                                Duration.ofMillis(500),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(20),
                                Duration.ZERO),
                        Optional.of(new WhenDown(503, Optional.empty(), Optional.of("static"))),
                        0,
                        Answer.REDIRECT,
                        Optional.of(
                                new Eject(
                                        9,
                                        Duration.ofSeconds(5),
                                        List.of(500, 503),
                                        Duration.ofSeconds(1),
                                        Duration.ofMinutes(1),
                                        new Percent(0.34))),
                        new Percent(0.25));
        Backend files =
                new Backend(
                        Map.of("files", Server.at(new HostAndPort("fd00::1", 80))),
                        Balance.ROUND_ROBIN,
                        Optional.empty(),
                        Retries.STANDARD,
                        BackendTimeouts.STANDARD,
                        Optional.of(
                                new WhenDown(
                                        500,
                                        Optional.of(folder.resolve("sorry.html")),
                                        Optional.empty())),
                        1000,
                        Answer.PROXY,
                        Optional.of(Eject.STANDARD),
                        new Percent(0));
        assertThat(configuration.frontends()).containsExactly(Map.entry("web", web));
        assertThat(configuration.backends())
                .containsExactly(Map.entry("shop", shop), Map.entry("static", files));
        assertThat(configuration.backends().values())
                .as("servers stay in the order of the file")
                .flatMap(backend -> backend.servers().keySet())
                .containsExactly("web1", "web2", "files");
        assertThat(configuration.admin())
                .isEqualTo(
                        new Admin(
                                new HostAndPort("0.0.0.0", 7071),
                                Optional.of(folder.resolve("token"))));
        assertThat(configuration.shutdown())
                .isEqualTo(new Shutdown(Duration.ofSeconds(5), Duration.ofSeconds(10)));
        assertThat(configuration.data()).isEqualTo(folder.resolve("state"));
        assertThat(configuration.node()).contains("lb1");
    }

    @Test
    void oneSettingMayBeWrittenOnceAndUsedByAliases() throws IOException {
        WrittenFile file =
                WrittenFile.of(
                        folder,
                        """
                        frontends: {}
                        backends:
                          a: {health-check: &check {http: /up}, servers: {s: s:1}}
                          b: {health-check: *check, servers: {s: s:2}}
                        """);
        assertThat(file.backend("b").healthCheck())
                .isPresent()
                .isEqualTo(file.backend("a").healthCheck());
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFile() throws IOException {
        assertThat(WrittenFile.of(folder, "\uFEFFnode: a\nfrontends: {}\n").configuration().node())
                .contains("a");
    }

    @Test
    void aFileThatIsNotThereIsOneSentenceThatSaysWhatToDo() {
        assertThat(new WrittenFile(folder.resolve("no.yaml"), WrittenFile.LB1).problems())
                .containsExactly(
                        "no.yaml: there is no such file: write it (docs/configuration.md begins with"
                                + " an example), or name another");
    }

    @Test
    void aFolderIsNoFile() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("etc"));
        assertThat(new WrittenFile(inner, WrittenFile.LB1).problems())
                .containsExactly("etc: cannot be read: it is a folder; name a YAML file");
    }

    @Test
    void aFileIsAtMostAMebibyte() throws IOException {
        assertThat(WrittenFile.of(folder, "#".repeat(1 << 20) + "\n").problems())
                .containsExactly("a.yaml: too large: a configuration file has at most 1MiB");
        assertThat(
                        WrittenFile.of(folder, "frontends: {}\n" + "#".repeat((1 << 20) - 14))
                                .configuration())
                .isNotNull();
    }

    @Test
    void bytesThatAreNotTextAreToldWithTheirPlace() throws IOException {
        Path file = folder.resolve("a.yaml");
        Files.write(file, "node: a\ndata: \u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new WrittenFile(file, WrittenFile.LB1).problems())
                .containsExactly("a.yaml:2:7: not text: must be UTF-8 text");
    }

    @Test
    void problemsBeyondAThousandAreCounted() throws IOException {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            file.append("nonsense").append(i).append(": 1\n");
        }
        assertThat(WrittenFile.of(folder, file.toString()).problems())
                .hasSize(1001)
                .startsWith("a.yaml: has more than 1000 problems; mend these first");
    }

    @Test
    void tenThousandServersAreReadWithoutTroublingAnyone() throws IOException {
        StringBuilder file = new StringBuilder("frontends: {}\nbackends:\n  many:\n    servers:\n");
        for (int i = 0; i < 10_000; i++) {
            file.append("      s").append(i).append(": {address: a:1, weight: 2}\n");
        }
        WrittenFile written = WrittenFile.of(folder, file.toString());
        long start = System.nanoTime();
        assertThat(written.backend("many").servers()).hasSize(10_000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
}
