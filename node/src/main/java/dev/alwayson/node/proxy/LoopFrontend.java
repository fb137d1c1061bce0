package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.log.AccessLines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A frontend as one event loop knows it: its newest plan and the connections of its clients.
 * Outlives snapshots, and the frontend itself while connections remain. Confined to its event loop,
 * but for the count of clients, which is shared by the loops.
 */
final class LoopFrontend {

    /** A connection of a client, in either mode. */
    interface Client {

        /** No more requests are to come: close as soon as nothing runs. */
        void drain();

        /** Close now. */
        void cut();
    }

    final String name;
    private final AtomicInteger count;
    private final Set<Client> clients = new LinkedHashSet<>();
    private FrontendPlan plan;
    private final byte[] nameBytes;
    private @Nullable AccessLines lines;
    private boolean gone;
    private int departures;

    LoopFrontend(String name, FrontendPlan plan, AtomicInteger count) {
        this.name = name;
        this.plan = plan;
        this.count = count;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        openLog(plan);
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
    }

    /** The frontend is gone, or the node is stopping. */
    void drain() {
        departures++;
        gone = true;
        snapshotOfClients().forEach(Client::drain);
    }

    /** How often it has gone, to tell one going from the next. */
    int departures() {
        return departures;
    }

    void cut() {
        snapshotOfClients().forEach(Client::cut);
    }

    void add(Client client) {
        clients.add(client);
        count.getAndIncrement();
    }

    void remove(Client client) {
        if (clients.remove(client)) {
            count.getAndDecrement();
        }
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
        return count.get();
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
