package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that answers a request of which it does not take the rest. */
class EarlyAnswerTest {

    /** Longer than an answer is waited for whose head has not come. */
    private static final long LONG_MILLIS = 2_000;

    /** Its head came in time: the rest may come in its own. */
    @Test
    void isWholeAlsoIfItComesSlowly() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch later = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.answer("well");
                            peer.head();
                            asked.countDown();
                            refused.await();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                            answered.countDown();
                            later.await();
                            peer.send("whole");
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            assertThat(client.get("/").body()).isEqualTo("well");
            EpollConnection toServer = toServer(rig);
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n");
            asked.await();

            // In one round of its loop, writing fails and the head is read.
            CountDownLatch together = new CountDownLatch(1);
            toServer.eventLoop().submit(() -> together.await(1, TimeUnit.MINUTES));
            toServer.socket().shutdown(false, true);
            client.send("x");
            refused.countDown();
            answered.await();
            together.countDown();

            assertThat(client.head()).contains("Content-Length: 5\r\n");
            assertThat(later.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
            later.countDown();
            assertThat(client.in.readNBytes(5)).asString().isEqualTo("whole");
        }
    }

    /** That of the connection to the only server, which is idle. */
    private static EpollConnection toServer(Rig rig) throws Exception {
        List<ServerConnection> idle = new ArrayList<>();
        for (Worker worker : rig.proxy.workers) {
            worker.loop.submit(() -> idle(worker).ifPresent(idle::add)).sync();
        }
        assertThat(idle).hasSize(1);
        return (EpollConnection) idle.getFirst().channel();
    }

    private static Optional<ServerConnection> idle(Worker worker) {
        LoopBackend backend = requireNonNull(worker.backend("app"));
        LoopServer server = requireNonNull(backend.choose(new Anybody()));
        backend.release(server);
        Optional<ServerConnection> idle = Optional.ofNullable(server.takeIdle());
        idle.ifPresent(server::putIdle);
        return idle;
    }
}
