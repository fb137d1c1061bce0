package dev.alwayson.node.proxy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is: the backend that it is in, and the server on which it has a place. One for
 * each client connection, used anew for each request; confined to its event loop.
 */
final class Place {

    final Exchange exchange;

    // The links of LoopServer's list of those that wait for its answer.
    @Nullable Place previousWaiting;
    @Nullable Place nextWaiting;

    private boolean waiting;
    private @Nullable LoopBackend backend;
    private @Nullable LoopServer server;

    /** The last one that was tried, or is. */
    private @Nullable LoopServer asked;

    /** Where that one was. */
    private @Nullable ServerAddress askedAt;

    /** That this try failed by its server's doing is counted. */
    private boolean failureCounted;

    Place(Exchange exchange) {
        this.exchange = exchange;
    }

    /** In no backend; what was, must have been given back. */
    void reset() {
        backend = null;
        asked = null;
    }

    void enter(LoopBackend entered) {
        backend = entered;
        asked = null;
    }

    /** The backend gave it a place on this server. */
    void take(LoopServer granted) {
        server = granted;
        asked = granted;
        askedAt = granted.address;
        failureCounted = false;
    }

    /** From now on the server is to answer, until {@link #answered}. */
    void await() {
        LoopServer on = server;
        if (on != null) {
            waiting = true;
            on.join(this);
        }
    }

    /** The server has answered, or nobody waits for it any more. */
    void answered() {
        LoopServer on = server;
        if (on != null && waiting) {
            waiting = false;
            on.leave(this);
        }
    }

    /**
     * The server did not do its part of what it was given.
     *
     * @param late whether its response is counted already
     */
    void failed(boolean late) {
        LoopServer on = server;
        if (on != null && !failureCounted) {
            failureCounted = true;
            on.failed(askedAt, late);
        }
    }

    /** Gives the place on the server back, if it has one; others that wait may get it at once. */
    void giveBack() {
        LoopServer on = server;
        LoopBackend from = backend;
        if (on != null) {
            answered();
            server = null;
            if (from != null) {
                from.release(on);
            }
        }
    }

    /** A tunnel has the place on the server now, and will give it back. */
    void handOver() {
        answered();
        server = null;
    }

    /** Null for who was refused before one was entered. */
    @Nullable LoopBackend backend() {
        return backend;
    }

    /** The backend that a try is for. */
    LoopBackend from() {
        return Objects.requireNonNull(backend);
    }

    /** The server on which a try has its place. */
    LoopServer on() {
        return Objects.requireNonNull(server);
    }

    /** The last one that was tried, or is. */
    @Nullable LoopServer asked() {
        return asked;
    }
}
