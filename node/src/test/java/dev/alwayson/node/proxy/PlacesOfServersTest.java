package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.ServerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No place on a server is lost, whatever happens while it goes from one to the next. */
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
