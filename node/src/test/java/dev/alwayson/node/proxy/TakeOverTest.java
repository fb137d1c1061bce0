package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who applies a snapshot is told if an event loop does not have it. */
class TakeOverTest {

    @Test
    void aLoopThatFailsAtASnapshotIsToldAndGoesOnWithTheOneBefore() throws Exception {
        try (RawServer server = RawServer.answering("well");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            assertThatThrownBy(() -> rig.proxy.apply(odd(rig.snapshot())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("an event loop: java.lang.IndexOutOfBoundsException");
            assertThat(client.get("/").body()).isEqualTo("well");

            rig.state("s1", ServerState.MAINT);
            assertThat(client.get("/").status()).isEqualTo(503);
        }
    }

    /** No loop can have it: a candidate is no server. */
    private static Snapshot odd(Snapshot snapshot) {
        BackendView app = requireNonNull(snapshot.backends().get("app"));
        BackendView odd =
                new BackendView(
                        "app",
                        app.backend(),
                        app.servers(),
                        List.of(-1),
                        app.availability(),
                        app.panic());
        return new Snapshot(
                snapshot.version(),
                snapshot.configuration(),
                Map.of("app", odd),
                snapshot.changes(),
                snapshot.checked());
    }

    @Test
    void aLoopThatIsBusyForLongIsToldAndTakesTheSnapshotOverLater() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        try (RawServer server = RawServer.answering("well");
                Rig rig = Rig.of(server)) {
            rig.proxy.workers.getFirst().loop.submit(() -> free.await(1, TimeUnit.MINUTES));
            assertThatThrownBy(() -> rig.state("s1", ServerState.MAINT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an event loop: busy for 5 s");
            free.countDown();
            for (int i = 0; i < 8; i++) { // On one event loop or on two.
                try (RawClient client = rig.client()) {
                    assertThat(client.get("/").status()).isEqualTo(503);
                }
            }
        }
    }
}
