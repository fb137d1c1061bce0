package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.target.Health;
import dev.alwayson.node.proxy.traffic.ServerCell;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server as one event loop knows it: what the newest snapshot says, the idle connections (last
 * in, first out: the others grow old and are closed), the exchanges that wait for its answer, and
 * the connections of clients in tcp mode that wait to be connected to it. One for each identity and
 * loop; outlives snapshots. Confined to its event loop.
 */
@SuppressWarnings("ReferenceEquality") // Addresses are themselves.
final class LoopServer {

    final Worker worker;
    final ServerLoad load;
    final ServerCell responses;

    ServerView view;
    ServerAddress address;
    boolean candidate;

    /** One of the taken places is for who waits on this loop. */
    boolean offered;

    /** In tcp mode, those for which a connection to it is being made. */
    final Set<TcpConnection> connecting = new LinkedHashSet<>();

    private @Nullable ServerConnection newestIdle;
    private @Nullable Place waiting;

    LoopServer(Worker worker, ServerLoad load, ServerAddress address, ServerView view) {
        this.worker = worker;
        this.load = load;
        this.responses = worker.recorder.responses(load.id);
        this.address = address;
        this.view = view;
    }

    private int limit() {
        return view.server().maxConnections();
    }

    /** Whether it is below its limit, as far as can be told without taking a place. */
    boolean hasRoom() {
        return limit() == 0 || load.active() - (offered ? 1 : 0) < limit();
    }

    /** Takes a place; whether there was one. */
    boolean take() {
        if (offered && hasRoom()) {
            offered = false;
            return true;
        }
        return load.take(limit());
    }

    /** Whether it is to get new work, and its name has an address. */
    boolean takesWork() {
        return candidate && address.resolved() != null;
    }

    /** A healthy backup that the checks see no need for yet. */
    boolean reserve() {
        return !candidate
                && view.server().backup()
                && view.standing() == Standing.SERVING
                && address.resolved() != null;
    }

    /** Ejected: for who would be refused otherwise. */
    boolean lastResort() {
        return !candidate && view.standing() == Standing.EJECTED && address.resolved() != null;
    }

    /** Whether it may be tried, be it as the last resort. */
    boolean mayBeTried() {
        return takesWork() || reserve() || lastResort();
    }

    /**
     * Takes over what a new snapshot says.
     *
     * @return whether the server went down: then {@link #giveBackWaiting} is to follow, once all
     *     servers have taken over theirs
     */
    boolean update(ServerAddress address, ServerView view, boolean candidate) {
        boolean wentDown =
                view.health() == Health.UNHEALTHY && this.view.health() != Health.UNHEALTHY;
        if (wentDown || address != this.address) {
            closeIdle();
        }
        this.address = address;
        this.view = view;
        this.candidate = candidate;
        return wentDown;
    }

    @Nullable ServerConnection takeIdle() {
        for (ServerConnection next = newestIdle; next != null; next = newestIdle) {
            forget(next);
            if (next.usable()) {
                return next;
            }
            next.close();
        }
        return null;
    }

    /** Keeps the connection for a later request, or closes it if there are enough. */
    void putIdle(ServerConnection connection) {
        if (connection.usable() && candidate && worker.room().takeIdle()) {
            connection.idle = true;
            connection.older = newestIdle;
            if (newestIdle != null) {
                newestIdle.newer = connection;
            }
            newestIdle = connection;
            connection.rest();
        } else {
            connection.close();
        }
    }

    /** The connection is no longer idle, if it was. */
    void forget(ServerConnection connection) {
        if (!connection.idle) {
            return;
        }
        ServerConnection newer = connection.newer;
        ServerConnection older = connection.older;
        if (newer == null) {
            newestIdle = older;
        } else {
            newer.older = older;
        }
        if (older != null) {
            older.newer = newer;
        }
        connection.idle = false;
        connection.newer = null;
        connection.older = null;
        worker.room().giveBackIdle();
    }

    /** Closes the one used last, for its place; whether there was one. */
    boolean closeOneIdle() {
        ServerConnection idle = newestIdle;
        if (idle == null) {
            return false;
        }
        forget(idle);
        idle.close();
        return true;
    }

    void closeIdle() {
        for (ServerConnection next = newestIdle; next != null; next = newestIdle) {
            forget(next);
            next.close();
        }
    }

    /**
     * Counts a request that failed by the server's doing.
     *
     * @param at where it went: what happens there no longer is the server's doing once it has moved
     * @param late whether its response is counted already
     */
    void failed(@Nullable ServerAddress at, boolean late) {
        if (at == address) {
            responses.failed(late);
        }
    }

    /** The request waits for this server's answer, until {@link #leave}. */
    void join(Place place) {
        place.nextWaiting = waiting;
        place.previousWaiting = null;
        if (waiting != null) {
            waiting.previousWaiting = place;
        }
        waiting = place;
    }

    void leave(Place place) {
        Place before = place.previousWaiting;
        Place after = place.nextWaiting;
        if (before == null) {
            waiting = after;
        } else {
            before.nextWaiting = after;
        }
        if (after != null) {
            after.previousWaiting = before;
        }
        place.previousWaiting = null;
        place.nextWaiting = null;
    }

    /**
     * What waits for its answer, or to be connected to it, is tried elsewhere, or fails. What that
     * throws is its own: it keeps neither the others there, nor the new view waiting.
     */
    void giveBackWaiting() {
        ArrayDeque<Exchange> affected = new ArrayDeque<>();
        for (Place each = waiting; each != null; each = each.nextWaiting) {
            affected.add(each.exchange);
        }
        affected.forEach(each -> worker.onLoop(each::failed, each::serverWentDown));
        List.copyOf(connecting).forEach(each -> worker.onLoop(each::failed, each::serverWentDown));
    }
}
