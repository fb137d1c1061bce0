package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.node.proxy.log.AccessLines;
import dev.alwayson.node.proxy.traffic.OctetCell;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A frontend as one event loop knows it: its newest plan and the connections of its clients.
 * Outlives snapshots, and the frontend itself while connections remain. Confined to its event loop,
 * but for what the loops share of its clients.
 */
final class LoopFrontend {

    /** A connection of a client, in either mode. */
    interface Client {

        /** No more requests are to come: close as soon as nothing runs. */
        void drain();

        /** Close now. */
        void cut(RequestFailure why);

        /** What buffers hold for it, in octets, about. */
        long heldBytes();

        /** When it last sent or took something. */
        long movedNanos();
    }

    /** More than the head of a request that waits for its answer. */
    private static final int HOLDER_BYTES = 4096;

    final String name;

    /** Of its clients, in either mode. */
    final OctetCell octets;

    private final FrontendClients shared;
    private final Set<Client> clients = new LinkedHashSet<>();
    private FrontendPlan plan;
    private final byte[] nameBytes;
    private @Nullable AccessLines lines;
    private boolean gone;
    private int departures;

    /**
     * @param loop the number of the event loop
     */
    LoopFrontend(String name, FrontendPlan plan, FrontendClients shared, int loop) {
        this.name = name;
        this.octets = shared.octets(loop);
        this.plan = plan;
        this.shared = shared;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        openLog(plan);
        shared.meter(plan.frontend().clients());
    }

    FrontendPlan plan() {
        return plan;
    }

    /** Whether it is no longer configured: its connections end with the request that runs. */
    boolean gone() {
        return gone;
    }

    void adopt(FrontendPlan next) {
        if (!next.log().equals(plan.log()) || next.logFormat() != plan.logFormat()) {
            closeLog();
            openLog(next);
        }
        plan = next;
        gone = false;
        shared.meter(next.frontend().clients());
    }

    /** The frontend is gone, or the node is stopping. */
    void drain() {
        departures++;
        gone = true;
        shared.meter(ClientLimits.STANDARD);
        snapshotOfClients().forEach(Client::drain);
    }

    /** How often it has gone, to tell one going from the next. */
    int departures() {
        return departures;
    }

    void cut() {
        snapshotOfClients().forEach(client -> client.cut(RequestFailure.STOPPING));
    }

    /**
     * The time of the clients of its departure is over, on this loop.
     *
     * @param loops of which each says this once for each departure
     */
    void cutAfter(int departure, long nanos, int loops) {
        boolean stillGone = gone && departures == departure;
        int left = stillGone ? clients.size() : 0;
        if (stillGone) {
            cut();
        }
        shared.outlasted(left, nanos, loops);
    }

    /** Those for whom buffers hold something worth mentioning. */
    List<Client> holders() {
        return clients.stream().filter(client -> client.heldBytes() >= HOLDER_BYTES).toList();
    }

    /** Closes this one, so that its memory is free for others. */
    void cutForMemory(Client client) {
        client.cut(RequestFailure.NO_MEMORY);
        shared.countCutForMemory();
    }

    /** An idle client was closed, so that its descriptor is free for others. */
    void countGaveWay() {
        shared.countGaveWay();
    }

    /** See {@link FrontendClients#countUnserved}. */
    void countUnserved(RequestFailure why, InetAddress peer) {
        shared.countUnserved(why, peer);
    }

    void add(Client client) {
        clients.add(client);
    }

    void remove(Client client) {
        clients.remove(client);
    }

    /** Whether it is gone and its last client too; then its part of the access log is closed. */
    boolean finished() {
        if (!gone || !clients.isEmpty()) {
            return false;
        }
        closeLog();
        return true;
    }

    boolean logs() {
        return lines != null;
    }

    @Nullable AccessLines lines() {
        return lines;
    }

    int clients() {
        return shared.open();
    }

    /** Whether the limits leave a place for the connection; then it has it until it closes. */
    boolean admits(Channel channel, IdleClients idle) {
        return shared.admit(channel, plan.frontend(), idle);
    }

    /** See {@link FrontendClients#giveBack(Channel, Frontend)}. */
    void giveBack(Channel admitted) {
        shared.giveBack(admitted, plan.frontend());
    }

    /** See {@link FrontendClients#tooEarlyNanos}. */
    long tooEarlyNanos(long network, long nowNanos) {
        return shared.tooEarlyNanos(network, plan.frontend().clients(), nowNanos);
    }

    byte[] nameBytes() {
        return nameBytes;
    }

    private void openLog(FrontendPlan next) {
        lines = next.log().map(log -> log.lines(next.logFormat())).orElse(null);
    }

    void closeLog() {
        AccessLines open = lines;
        if (open != null) {
            open.close();
            lines = null;
        }
    }

    private List<Client> snapshotOfClients() {
        return new ArrayList<>(clients);
    }
}
