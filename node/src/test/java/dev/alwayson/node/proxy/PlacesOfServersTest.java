package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No place on a server is lost, whatever happens while it goes from one to the next, and who has it
 * next is served at once.
 */
class PlacesOfServersTest {

    private static Rig rig(int places, RawServer... servers) {
        return Rig.of(b -> Settings.servers(b, s -> Settings.maxConnections(s, places)), servers);
    }

    private static LoopBackend app(Worker worker) {
        return requireNonNull(worker.backend("app"));
    }

    private static int taken(Rig rig) {
        Backend app = rig.backend("app");
        return app.servers().keySet().stream()
                .mapToInt(server -> rig.proxy.connections(new ServerId("app", server)))
                .sum();
    }

    @Test
    void notByAnErrorWhileItIsOffered() throws Exception {
        try (RawServer server = RawServer.answering("ok");
                Rig rig = rig(1, server)) {
            Worker one = rig.proxy.workers.getFirst();
            Worker two = rig.proxy.workers.getLast();
            LoopServer taken = one.loop.submit(() -> app(one).choose(new Anybody())).get();
            Unlucky unlucky = new Unlucky();
            two.loop.submit(() -> app(two).enqueue(unlucky.waiting(false))).get();
            unlucky.next = true;
            one.loop.submit(() -> app(one).release(requireNonNull(taken))).get();
            Rig.eventually("it had none", () -> !unlucky.next);
            two.loop.submit(() -> app(two).leaveQueue(unlucky)).get();
            unlucky.has.forEach(each -> two.loop.execute(() -> app(two).release(each)));
            Rig.eventually("it is given back", () -> taken(rig) == 0);
        }
    }

    /** Runs out of memory when it is asked the next time. */
    private static final class Unlucky extends Anybody {

        private final List<LoopServer> has = new ArrayList<>();
        private volatile boolean next;

        @Override
        public boolean tried(LoopServer server) {
            if (next) {
                next = false;
                throw new OutOfMemoryError("told");
            }
            return false;
        }

        @Override
        public void granted(LoopServer server) {
            has.add(server);
        }
    }

    @Test
    void notByOneThatIsGivenBackMeanwhile() throws Exception {
        try (RawServer first = RawServer.answering("ok");
                RawServer second = RawServer.answering("ok");
                Rig rig = rig(2, first, second)) {
            Worker worker = rig.proxy.workers.getFirst();
            worker.loop.submit(() -> giveBackTwoAtOnce(app(worker))).get();
            assertThat(taken(rig)).isZero();
        }
    }

    private static boolean giveBackTwoAtOnce(LoopBackend app) {
        Deque<LoopServer> places = new ArrayDeque<>();
        for (int i = 0; i < 4; i++) {
            places.add(requireNonNull(app.choose(new Anybody())));
        }
        LoopServer offered = places.removeFirst();
        places.remove(offered);
        LoopServer other = places.removeFirst();
        Choosy granted =
                new Choosy(Set.of(offered)) {
                    @Override
                    public void granted(LoopServer server) {
                        app.release(offered);
                        app.release(server);
                    }
                };
        Choosy behind = new Choosy(Set.of(offered, other));
        app.enqueue(granted.waiting(true));
        app.enqueue(behind.waiting(true));
        other.load.giveBack(); // As another loop does that knows of nobody who waits.
        app.release(offered);
        app.leaveQueue(behind);
        app.release(places.removeFirst());
        return places.isEmpty();
    }

    /** By a client of tcp mode that breaks its connection, before its server took it or after. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsWrittenForAPlaceGivenBackIsSentBeforeAnyTick(boolean taken) throws Exception {
        try (FullServer full = new FullServer();
                RawServer server =
                        RawServer.of(peer -> {
                            peer.send("!");
                            peer.in.read();
                        });
                Rig rig = rig(1, server).frontend(Settings::tcp)) {
            Server one = Server.at(taken ? server.address() : full.address());
            Backend patient = Settings.connectingForLong(rig.backend("app"));
            rig.backend("app", Settings.servers(patient, _ -> Settings.maxConnections(one, 1)))
                    .load();
            Worker any = rig.proxy.workers.getFirst();
            LoopServer held = any.loop.submit(() -> app(any).choose(new Anybody())).get();
            Served next;
            try (RawClient client = rig.client()) {
                Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
                next = new Served(whereOneWaits(rig));
                any.loop.submit(() -> app(any).release(requireNonNull(held))).get();
                Rig.eventually("it connects", () -> rig.proxy.connections.servers.get() == 1);
                if (taken) {
                    assertThat(client.in.read()).isEqualTo('!');
                }
                next.worker.loop.submit(() -> app(next.worker).enqueue(next.waiting(false))).get();
                client.socket.setSoLinger(true, 0);
            }
            Rig.eventually("it is sent", next.sentNanos::isDone);
            assertThat(next.sentNanos).isCompletedWithValue(next.grantedNanos);
            next.worker.loop.submit(() -> app(next.worker).release(requireNonNull(next.on))).get();
            rig.assertNothingLeft();
        }
    }

    private static Worker whereOneWaits(Rig rig) throws Exception {
        for (Worker worker : rig.proxy.workers) {
            if (worker.loop.submit(() -> app(worker).waiting()).get() == 1) {
                return worker;
            }
        }
        throw new AssertionError("nobody waits");
    }

    /** Writes when it is granted a place; the times are those of the loop's last tick. */
    private static final class Served extends Anybody {

        final Worker worker;
        final CompletableFuture<Long> sentNanos = new CompletableFuture<>();
        long grantedNanos;
        @Nullable LoopServer on;

        Served(Worker worker) {
            this.worker = worker;
        }

        @Override
        public void granted(LoopServer server) {
            on = server;
            grantedNanos = worker.coarseNanos();
            worker.dirty(
                    new EmbeddedChannel() {
                        @Override
                        public Channel flush() {
                            sentNanos.complete(worker.coarseNanos());
                            return super.flush();
                        }
                    });
        }
    }

    /** May not have some of the servers. */
    private static class Choosy extends Anybody {

        private final Set<LoopServer> tried;

        Choosy(Set<LoopServer> tried) {
            this.tried = tried;
        }

        @Override
        public boolean tried(LoopServer server) {
            return tried.contains(server);
        }
    }
}
