package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.LauncherOptions;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The access log's file goes away, or its disk is full: requests go on, and no line is lost unseen.
 */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostLogTest {

    /** Makes long lines, so that the buffers, 1 MiB for each loop, are soon full. */
    private static final String LONG_PATH = "/" + "a".repeat(7000);

    @TempDir private Path folder;
    private int port;
    private WebServer shop;

    @BeforeEach
    void aServer() throws IOException {
        port = FreePort.one();
        shop = WebServer.start("web1");
    }

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private String file(String log) {
        return """
        frontends: {web: {bind: "127.0.0.1:%d", backend: shop, access-log: %s}}
        backends:
          shop:
            health-check: {http: /health, interval: 500ms}
            servers: {web1: "127.0.0.1:%d"}
        """
                .formatted(port, log, shop.port());
    }

    private void ask(int times, String path) throws IOException {
        try (RawClient client = RawClient.open(port)) {
            for (int i = 0; i < times; i++) {
                assertThat(client.get(path).status()).isEqualTo(200);
            }
        }
    }

    private static int lines(Path log) {
        try {
            return Files.exists(log) ? Files.readAllLines(log).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long dropped(RunningNode node) {
        return node.metric("alwayson_access_log_dropped_lines_total");
    }

    private static List<String> said(RunningNode node, String... words) {
        return node.log()
                .lines()
                .filter(line -> List.of(words).stream().allMatch(line::contains))
                .toList();
    }

    @Test
    void aFileThatWasDeletedIsBegunAnewAndWhatItTookAlongIsCounted() throws IOException {
        try (RunningNode node = RunningNode.start(folder.resolve("node"), file("./web.log"))) {
            Path log = folder.resolve("node/web.log");
            ask(10, "/");
            Patience.await("it is logged", () -> lines(log) == 10);

            Files.delete(log);
            ask(50, "/");
            Patience.await("it is begun anew", () -> Files.exists(log));
            ask(5, "/");

            Patience.await(
                    "every line is in the file or counted", () -> lines(log) + dropped(node) >= 55);
            assertThat(lines(log) + dropped(node)).isLessThanOrEqualTo(65);
            assertThat(said(node, "access log"))
                    .singleElement()
                    .asString()
                    .contains(log.toString(), "was deleted", "it is begun anew");
        }
    }

    @Test
    void aFolderThatWasRemovedIsSaidOnceAndWrittenToWhenItIsBack() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("node/logs"));
        try (RunningNode node = RunningNode.start(folder.resolve("node"), file("./logs/web.log"))) {
            Path log = logs.resolve("web.log");
            ask(10, "/");
            Patience.await("it is logged", () -> lines(log) == 10);

            Files.delete(log);
            Files.delete(logs);
            Patience.await("it is said", () -> !said(node, "cannot be written").isEmpty());
            ask(400, LONG_PATH);
            Patience.await("the buffers are full", () -> dropped(node) > 0);
            Alwayson reload = Alwayson.tell(node, "reload");
            assertThat(reload.exitCode()).as(reload.toString()).isNotZero();
            assertThat(reload.errors())
                    .contains("frontends.web.access-log.file: ./logs/web.log: cannot be written: ");
            ask(10, "/");

            Files.createDirectory(logs);
            Patience.await("it is written again", () -> lines(log) > 0);
            Patience.await("that is said", () -> !said(node, "is written again").isEmpty());
            ask(7, "/");
            Patience.await("all that was kept is there", () -> lines(log) + dropped(node) >= 417);
            assertThat(said(node, "access log", "cannot be written", log.toString())).hasSize(1);
            assertThat(said(node, "access log", "lines were dropped")).hasSize(1);
        }
    }

    private interface Link {
        Path to(Path link, Path existing) throws IOException;
    }

    @Test
    void aLinkToTheConfigurationInItsPlaceIsNeverWrittenThrough() throws IOException {
        assertNeverWrittenThrough("alwayson.yaml", Files::createSymbolicLink);
    }

    @Test
    void norIsAHardLinkToTheJournal() throws IOException {
        assertNeverWrittenThrough("data/journal.db", Files::createLink);
    }

    private void assertNeverWrittenThrough(String file, Link link) throws IOException {
        try (RunningNode node = RunningNode.start(folder.resolve("node"), file("./web.log"))) {
            Path log = folder.resolve("node/web.log");
            ask(10, "/");
            Patience.await("it is logged", () -> lines(log) == 10);

            Path owned = folder.resolve("node").resolve(file);
            Files.move(
                    link.to(folder.resolve("node/link"), owned),
                    log,
                    StandardCopyOption.ATOMIC_MOVE);
            Patience.await("it is seen", () -> !said(node, "access log").isEmpty());
            ask(7, "/");
            assertThat(said(node, "access log"))
                    .singleElement()
                    .asString()
                    .contains(log.toString(), "cannot be written", "must be a file of its own");
            assertThat(Alwayson.tell(node, "reload").errors())
                    .contains("web.log: must be a file of its own, and is ");

            Files.delete(log);
            Patience.await("the lines that waited are there", () -> lines(log) >= 7);
            assertThat(Files.readString(owned, StandardCharsets.ISO_8859_1))
                    .doesNotContain("\"request\":\"GET / HTTP");
        }
    }

    @Test
    void aFullDiskCostsLinesAndEventsAndNothingElse() throws IOException {
        try (RunningNode node =
                RunningNode.startOnSmallDisk(
                        folder.resolve("node"), file("./data/web.log"), LauncherOptions.all())) {
            Path log = node.disk().resolve("web.log");
            ask(10, "/");
            Patience.await("it is logged", () -> lines(log) == 10);

            ask(600, LONG_PATH);
            Patience.await("it is said", () -> !said(node, "cannot be written").isEmpty());
            Patience.await("the buffers are full", () -> dropped(node) > 0);
            Alwayson drain = Alwayson.tell(node, "drain", "shop/web1");
            assertThat(drain.exitCode()).as(drain.toString()).isNotZero();
            assertThat(Alwayson.tell(node, "ready", "shop/web1").errors())
                    .contains("a restart forgets it");
            Patience.await("events are lost", () -> node.metric("alwayson_events_lost_total") > 0);
            assertThat(node.get("/health").statusCode()).isEqualTo(503);
            assertThat(node.get("/health/ready").statusCode()).isEqualTo(200);
            ask(10, "/");

            node.enlargeDisk();
            Patience.await("it is written again", () -> lines(log) > 0);
            Patience.await("that is said", () -> !said(node, "is written again").isEmpty());
            Patience.await(
                    "the gap is in the journal",
                    () -> node.get("/api/v1/events?limit=1000").body().contains("events-lost"));
            Patience.await("health", () -> node.get("/health").statusCode() == 200);
            assertThat(said(node, "access log", "cannot be written")).hasSize(1);
            assertThat(said(node, "the journal cannot be written")).hasSize(1);
        }
    }
}
