package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A backup serves whom no other server could serve, also before the checks have noticed. */
class ReserveTest {

    @Test
    void aBackupServesWhenEveryOtherServerRefuses() throws Exception {
        try (RawServer dead = dead();
                RawServer spare = RawServer.answering("spare");
                Rig rig = Rig.of(ReserveTest::lastIsBackup, dead, spare);
                RawClient client = rig.client()) {
            assertThat(client.get("/").body()).isEqualTo("spare");
        }
    }

    @Test
    void aBackupIsSparedWhileAnotherServes() throws Exception {
        try (RawServer dead = dead();
                RawServer alive = RawServer.answering("alive");
                RawServer spare = RawServer.answering("spare");
                Rig rig = Rig.of(ReserveTest::lastIsBackup, dead, alive, spare);
                RawClient client = rig.client()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").body()).isEqualTo("alive");
            }
            assertThat(spare.connections()).isZero();
        }
    }

    @Test
    void aBackupOfABackendThatIsRemovedGetsNothingMore() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer busy =
                        RawServer.of(peer -> {
                            peer.head();
                            came.countDown();
                            peer.in.readAllBytes();
                        });
                RawServer spare = RawServer.answering("spare");
                Rig rig = Rig.of(b -> onePlaceEach(lastIsBackup(b)), busy, spare);
                RawClient first = rig.client();
                RawClient second = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);

            rig.withoutFrontend().withoutBackend("app").load();
            assertThat(second.response().status()).isEqualTo(503);
            assertThat(spare.connections()).isZero();
        }
    }

    private static Backend onePlaceEach(Backend b) {
        return Settings.servers(b, server -> Settings.maxConnections(server, 1));
    }

    private static RawServer dead() throws IOException {
        RawServer server = RawServer.answering("never");
        server.close();
        return server;
    }

    private static Backend lastIsBackup(Backend backend) {
        int last = backend.servers().size();
        AtomicInteger number = new AtomicInteger();
        return Settings.servers(
                backend,
                server -> number.incrementAndGet() == last ? Settings.backup(server) : server);
    }
}
