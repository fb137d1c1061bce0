package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the access log says of the time in the queue: that and nothing else, over all tries. */
class QueueTimeTest {

    private static final int MILLIS = 300;
    private static final Duration BRIEF = Duration.ofMillis(MILLIS);
    private static final Duration LONGER = Duration.ofSeconds(20);
    private static final Pattern QUEUE_MILLIS = Pattern.compile("\"queue_ms\":([0-9.]+)");

    @TempDir Path folder;
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    private double loggedFor(Rig rig, int status) throws Exception {
        Path log = folder.resolve("access.log");
        rig.frontend(f -> Settings.logged(f, log)).load();
        try (RawClient client = rig.client()) {
            assertThat(client.get("/").status()).isEqualTo(status);
        }
        Rig.eventually("a line", () -> LoggedLines.of(log).size() == 1);
        Matcher millis = QUEUE_MILLIS.matcher(LoggedLines.of(log).getFirst());
        assertThat(millis.find()).isTrue();
        return Double.parseDouble(millis.group(1));
    }

    private static Backend times(Backend b) {
        return Settings.timeouts(b, LONGER, LONGER, BRIEF, BRIEF);
    }

    private static Backend onePlaceEach(Backend b) {
        return times(Settings.servers(b, s -> Settings.maxConnections(s, 1)));
    }

    @Test
    void hasWhatARetryWaitedInVain() throws Exception {
        try (RawServer dead = dead();
                RawServer busy =
                        RawServer.of(peer -> {
                            peer.head();
                            came.countDown();
                            over.await();
                        });
                Rig rig = Rig.of(QueueTimeTest::onePlaceEach, dead, busy);
                RawClient first = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            assertThat(loggedFor(rig, 503)).isGreaterThanOrEqualTo(MILLIS);
            over.countDown();
        }
    }

    @Test
    void hasNotWhatASlowTryTook() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RawServer.Script script =
                peer -> {
                    peer.head();
                    if (asked.incrementAndGet() == 1) {
                        over.await();
                    }
                    peer.answer("ok");
                };
        try (RawServer one = RawServer.of(script);
                RawServer two = RawServer.of(script);
                Rig rig = Rig.of(QueueTimeTest::times, one, two)) {
            assertThat(loggedFor(rig, 200)).isZero();
            assertThat(asked).hasValue(2);
            over.countDown();
        }
    }

    private static RawServer dead() throws IOException {
        RawServer server = RawServer.answering("never");
        server.kill();
        return server;
    }
}
