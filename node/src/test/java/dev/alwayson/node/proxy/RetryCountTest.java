package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only a further try that was made is a retry, in either mode. */
class RetryCountTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir Path folder;
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    private static RawServer dead() throws IOException {
        RawServer server = RawServer.answering("never");
        server.kill();
        return server;
    }

    /** Holds what it gets until the test is over. */
    private RawServer busy() throws IOException {
        return RawServer.of(peer -> {
            peer.head();
            came.countDown();
            over.await();
        });
    }

    private static Rig in(Mode mode, Rig rig) {
        return rig.frontend(web -> mode == Mode.TCP ? Settings.tcp(web) : web).load();
    }

    private static double retries(Rig rig) {
        return ClientLimitsTest.counted(rig, "alwayson_retries");
    }

    private static void assertTurnedAway(Mode mode, Rig rig) throws IOException {
        try (RawClient client = rig.client()) {
            switch (mode) {
                case HTTP -> assertThat(client.get("/").status()).isEqualTo(503);
                case TCP -> assertThat(client.closed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTryOfAnotherServer(Mode mode) throws Exception {
        try (RawServer dead = dead();
                RawServer spare = RawServer.answering("ok");
                Rig rig = in(mode, Rig.of(RetryCountTest::lastIsBackup, dead, spare))) {
            for (int i = 1; i <= 3; i++) {
                try (RawClient client = rig.client()) {
                    assertThat(client.get("/").body()).isEqualTo("ok");
                }
                assertThat(retries(rig)).isEqualTo(i);
            }
        }
    }

    private static Backend lastIsBackup(Backend b) {
        Server last = Settings.backup(requireNonNull(b.servers().get("s2")));
        return Settings.also(b, "s2", last);
    }

    @ParameterizedTest
    @EnumSource
    void notWhereThereIsNoOther(Mode mode) throws Exception {
        try (RawServer dead = dead();
                Rig rig = in(mode, Rig.of(dead))) {
            assertTurnedAway(mode, rig);
            assertThat(retries(rig)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void notWhereTheOtherIsFull(Mode mode) throws Exception {
        try (RawServer dead = dead();
                RawServer busy = busy();
                Rig rig = in(mode, Rig.of(RetryCountTest::onePlaceEach, dead, busy));
                RawClient first = rig.client()) {
            first.send(GET);
            came.await();
            double before = retries(rig);
            assertTurnedAway(mode, rig);
            assertThat(retries(rig)).isEqualTo(before);
            over.countDown();
        }
    }

    private static Backend onePlaceEach(Backend b) {
        return Settings.maxQueue(Settings.servers(b, s -> Settings.maxConnections(s, 1)), 0);
    }

    @Test
    void norDoesTheAccessLogCountIt() throws Exception {
        Path log = folder.resolve("access.log");
        try (RawServer dead = dead();
                RawServer busy = busy();
                Rig rig = Rig.of(RetryCountTest::onePlaceEach, dead, busy)) {
            try (RawClient first = rig.client()) {
                first.send(GET);
                came.await();
                rig.frontend(f -> Settings.logged(f, log)).load();
                assertTurnedAway(Mode.HTTP, rig);
                Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
                assertThat(LoggedLines.of(log)).first().asString().contains("\"retries\":0,");
                over.countDown();
            }
        }
    }

    @Test
    void theTryOnANewConnectionToTheSame() throws Exception {
        Path log = folder.resolve("access.log");
        RawServer.Script once =
                peer -> {
                    peer.head();
                    peer.answer("ok");
                    peer.head(); // Kept for the next request, and broken when it comes.
                };
        try (RawServer server = RawServer.of(once);
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log)).load();
                RawClient client = rig.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
                assertThat(retries(rig)).isEqualTo(i);
            }
            Rig.eventually("three lines", () -> LoggedLines.of(log).size() == 3);
            List<String> lines = LoggedLines.of(log);
            assertThat(lines.getFirst()).contains("\"retries\":0,");
            assertThat(lines.subList(1, 3)).allMatch(line -> line.contains("\"retries\":1,"));
        }
    }
}
