package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import java.io.IOException;
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

    private static RawServer dead() throws IOException {
        RawServer server = RawServer.answering("never");
        server.close();
        return server;
    }

    private static Backend lastIsBackup(Backend backend) {
        int last = backend.servers().size();
        AtomicInteger number = new AtomicInteger();
        return Settings.servers(
                backend, server -> number.incrementAndGet() == last ? backup(server) : server);
    }

    private static Server backup(Server server) {
        return new Server(
                server.address(),
                server.weight(),
                server.maxConnections(),
                server.slowStart(),
                true);
    }
}
