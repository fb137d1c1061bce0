package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Balancer;
import dev.alwayson.core.balance.Candidates;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.node.proxy.traffic.RetryCell;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backend as one event loop knows it: its servers, the policy at work, and the requests of this
 * loop that wait for a server. Confined to its event loop.
 */
@SuppressWarnings("ReferenceEquality") // Servers, their loads and claimants are themselves.
final class LoopBackend implements Candidates {

    final Worker worker;
    final RetryCell retries;
    final byte[] nameBytes;
    private Balancer balancer;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private BackendPlan plan;
    private LoopServer[] servers = {};
    private @Nullable Claimant choosing;

    /** Before this nobody has waited too long; only while somebody waits. */
    private long nobodyLateNanos;

    /** Of those that wait, who has tried a server. */
    private int retrying;

    private boolean serving;
    private boolean reservesToo;
    private boolean ejectedToo;

    LoopBackend(Worker worker, BackendPlan plan) {
        this.worker = worker;
        this.retries = worker.recorder.retries(plan.name());
        this.nameBytes = plan.name().getBytes(StandardCharsets.UTF_8);
        this.plan = plan;
        this.balancer = plan.view().backend().balance().balancer(worker.seed());
        adopt(plan);
    }

    BackendPlan plan() {
        return plan;
    }

    /** Takes over a new snapshot's view; then what waits is served, if it now can be. */
    void adopt(BackendPlan next) {
        int[] origin = seat(next);
        if (next.view().backend().balance() != plan.view().backend().balance()) {
            balancer = next.view().backend().balance().balancer(worker.seed());
        }
        plan = next;
        BitSet candidates = new BitSet();
        next.view().candidates().forEach(candidates::set);
        List<LoopServer> down = new ArrayList<>();
        for (int i = 0; i < servers.length; i++) {
            ServerView view = next.view().servers().get(i);
            if (servers[i].update(next.addresses().get(i), view, candidates.get(i))) {
                down.add(servers[i]);
            }
        }
        balancer.reshape(origin);
        down.forEach(LoopServer::giveBackWaiting);
        refuseInVain();
        serveWaiting();
    }

    /** Gives each server its place, and back the place that it had before. */
    private int[] seat(BackendPlan next) {
        int[] origin = new int[next.loads().size()];
        if (next.loads() == plan.loads() && servers.length == origin.length) {
            Arrays.setAll(origin, i -> i);
            return origin;
        }
        Map<ServerLoad, Integer> places = new HashMap<>();
        for (int i = 0; i < servers.length; i++) {
            places.put(servers[i].load, i);
        }
        LoopServer[] after = new LoopServer[origin.length];
        for (int i = 0; i < after.length; i++) {
            ServerLoad load = next.loads().get(i);
            Integer place = places.remove(load);
            origin[i] = place == null ? Balancer.NONE : place;
            after[i] = place == null ? newServer(next, i) : servers[place];
        }
        for (int place : places.values()) {
            servers[place].candidate = false;
            servers[place].closeIdle();
        }
        servers = after;
        return origin;
    }

    private LoopServer newServer(BackendPlan next, int place) {
        return new LoopServer(
                worker,
                next.loads().get(place),
                next.addresses().get(place),
                next.view().servers().get(place));
    }

    /** The backend is no longer configured: its servers get nothing more. */
    void retire() {
        for (LoopServer server : servers) {
            server.candidate = false;
            server.closeIdle();
        }
        servers = new LoopServer[0];
        balancer.reshape(new int[0]);
        refuseInVain();
    }

    /** Closes an idle connection to one of the servers, for its place; whether there was one. */
    boolean closeOneIdle() {
        return Arrays.stream(servers).anyMatch(LoopServer::closeOneIdle);
    }

    /** Chooses a server and takes a place on it; null if none is eligible. */
    @Nullable LoopServer choose(Claimant claimant) {
        if (!waiting.isEmpty()) {
            serveWaiting();
        }
        return take(claimant);
    }

    /**
     * From the candidates; from the healthy backups only for who has tried every candidate, and
     * from the ejected for who has tried these, too.
     */
    private @Nullable LoopServer take(Claimant claimant) {
        LoopServer server = pick(claimant);
        if (server == null && !candidateRemains(claimant)) {
            reservesToo = true;
            server = pick(claimant);
            reservesToo = false;
            if (server == null && !reserveRemains(claimant)) {
                server = takeEjected(claimant);
            }
        }
        return server;
    }

    private @Nullable LoopServer takeEjected(Claimant claimant) {
        ejectedToo = true;
        LoopServer server = pick(claimant);
        ejectedToo = false;
        return server;
    }

    private @Nullable LoopServer pick(Claimant claimant) {
        choosing = claimant;
        for (int attempt = 0; attempt <= servers.length; attempt++) {
            int index = balancer.pick(this, claimant.clientHash());
            if (index == Balancer.NONE) {
                return null;
            }
            LoopServer server = servers[index];
            if (server.take()) {
                plan.load().began();
                return server;
            }
        }
        return null;
    }

    /** Whether a server may take new work that this claimant has not tried, busy or not. */
    boolean remains(Claimant claimant) {
        for (LoopServer server : servers) {
            if (server.mayBeTried() && !claimant.tried(server)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this server may still be tried, as {@link #remains} says of all of them. */
    boolean stillServes(LoopServer server) {
        return server.mayBeTried() && List.of(servers).contains(server);
    }

    private boolean reserveRemains(Claimant claimant) {
        for (LoopServer server : servers) {
            if (server.reserve() && !claimant.tried(server)) {
                return true;
            }
        }
        return false;
    }

    private boolean candidateRemains(Claimant claimant) {
        for (LoopServer server : servers) {
            if (server.takesWork() && !claimant.tried(server)) {
                return true;
            }
        }
        return false;
    }

    /** Why no server takes a claimant that tried none. */
    RequestFailure whyNobody() {
        for (LoopServer server : servers) {
            if (server.candidate && server.address.resolved() == null) {
                return RequestFailure.UNRESOLVED;
            }
        }
        return RequestFailure.NO_SERVER;
    }

    /**
     * Lets somebody wait for a place; if the queue is full, gives it to an ejected server.
     *
     * @return false if there is none either
     */
    boolean enqueue(Waiting next) {
        if (!plan.load().enter(plan.view().backend().maxQueue())) {
            LoopServer ejected = takeEjected(next.claimant());
            if (ejected != null) {
                next.claimant().granted(ejected);
            }
            return ejected != null;
        }
        if (waiting.isEmpty() || next.dueNanos() - nobodyLateNanos < 0) {
            nobodyLateNanos = next.dueNanos();
        }
        waiting.addLast(next);
        retrying += next.retries() ? 1 : 0;
        // A place given back between the failed choice and here woke nobody.
        serveWaiting();
        return true;
    }

    void leaveQueue(Claimant claimant) {
        for (Waiting each : waiting) {
            if (each.claimant() == claimant) {
                leave(each);
                return;
            }
        }
    }

    private void leave(Waiting gone) {
        waiting.remove(gone);
        plan.load().leave();
        retrying -= gone.retries() ? 1 : 0;
        if (!serving) { // Else it is told when all are served, and no place comes before.
            tellFirst();
        }
    }

    /** Gives back a place that {@link #choose} took. */
    void release(LoopServer server) {
        worker.giveBack(plan, server.load);
    }

    /**
     * Serves those that wait on this loop, in order, as far as there are places. One that may not
     * have the server with room holds nobody up.
     */
    void serveWaiting() {
        if (serving) {
            return; // One that was just served has failed at once; the loop below goes on.
        }
        serving = true;
        try {
            boolean more = true;
            while (more) {
                more = serveNext();
            }
        } finally {
            serving = false;
            tellFirst();
        }
    }

    /**
     * Serves those that wait on this loop, one of them with this place on the server, which was
     * given back but nobody else can have yet.
     *
     * @return whether one has it
     */
    boolean serveWaiting(ServerLoad given) {
        for (LoopServer server : servers) {
            if (server.load == given) {
                server.offered = true;
                try {
                    serveWaiting();
                } catch (Throwable e) { // An Error, too: the place is not to be lost.
                    worker.unexpected(e);
                }
                boolean taken = !server.offered;
                server.offered = false;
                return taken;
            }
        }
        return false;
    }

    private void tellFirst() {
        Waiting first = first();
        if (first == null) {
            plan.load().noneFirst(worker.number);
        } else {
            plan.load().first(worker.number, first.sinceNanos());
        }
    }

    /** Of those that may have any server; only if there is none, of all. */
    private @Nullable Waiting first() {
        if (retrying > 0 && retrying < waiting.size()) {
            for (Waiting each : waiting) {
                if (!each.retries()) {
                    return each;
                }
            }
        }
        return waiting.peekFirst();
    }

    /** How many wait on this loop. */
    int waiting() {
        return waiting.size();
    }

    /** Refuses those for whom no server remains, which only a new view can bring about. */
    private void refuseInVain() {
        List<Waiting> inVain = waiting.stream().filter(each -> !remains(each.claimant())).toList();
        inVain.forEach(each -> dismiss(each, null, RequestFailure.NO_SERVER));
    }

    private boolean serveNext() {
        if (!room()) {
            return false; // Else each of thousands would ask each of the servers.
        }
        boolean inVain = false; // What one that has tried none cannot have, no other such can.
        for (Waiting next : waiting) {
            if (inVain && retrying == 0) {
                return false;
            }
            if (next.retries() || !inVain) {
                LoopServer server = take(next.claimant());
                if (server != null) {
                    dismiss(next, server, RequestFailure.NO_SERVER);
                    return true;
                }
                inVain |= !next.retries();
            }
        }
        return false;
    }

    /**
     * Lets go who waits, with a place on the server or, if that is null, refused for the failure.
     * What that throws is its own: whoever gave the place back goes on.
     */
    private void dismiss(Waiting waiter, @Nullable LoopServer server, RequestFailure failure) {
        leave(waiter);
        try {
            if (server == null) {
                waiter.claimant().refused(failure);
            } else {
                waiter.claimant().granted(server);
            }
        } catch (Throwable e) { // An Error, too, for want of memory perhaps.
            waiter.claimant().failed(e);
        }
    }

    /** Whether some server that may be tried has room. */
    private boolean room() {
        for (LoopServer server : servers) {
            if (server.mayBeTried() && server.hasRoom()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses those that have waited too long, also behind others that may wait longer, unless an
     * ejected server can have them.
     */
    void expireWaiting(long nowNanos) {
        if (waiting.isEmpty() || nobodyLateNanos - nowNanos > 0) {
            return;
        }
        Waiting late = firstLate(nowNanos);
        while (late != null) {
            dismiss(late, takeEjected(late.claimant()), RequestFailure.QUEUE_TIMEOUT);
            late = firstLate(nowNanos);
        }
    }

    private @Nullable Waiting firstLate(long nowNanos) {
        long earliest = Long.MAX_VALUE;
        for (Waiting each : waiting) {
            long left = each.dueNanos() - nowNanos;
            if (left <= 0) {
                return each;
            }
            earliest = Math.min(earliest, left);
        }
        nobodyLateNanos = nowNanos + earliest;
        return null;
    }

    @Override
    public int size() {
        return servers.length;
    }

    @Override
    public boolean eligible(int index) {
        LoopServer server = servers[index];
        Claimant claimant = choosing;
        return (server.takesWork()
                        || (reservesToo && server.reserve())
                        || (ejectedToo && server.lastResort()))
                && server.hasRoom()
                && claimant != null
                && !claimant.tried(server);
    }

    @Override
    public int weight(int index) {
        return servers[index].view.server().weight();
    }

    @Override
    public int share(int index) {
        return servers[index].view.share();
    }

    @Override
    public int load(int index) {
        return servers[index].load.active();
    }

    @Override
    public long nameHash(int index) {
        return servers[index].load.nameHash;
    }
}
