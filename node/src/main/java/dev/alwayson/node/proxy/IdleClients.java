package dev.alwayson.node.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The clients of one event loop that wait for nothing: they have sent nothing yet, or have the
 * answers to all they asked. Where descriptors are short they give way, the one that has waited for
 * longest first. The links are the clients' own, so that a request makes no object. Confined to its
 * event loop.
 */
@SuppressWarnings("ReferenceEquality") // A client is itself.
final class IdleClients {

    /** Of those that have not taken all of their last answer, passed over in one go. */
    private static final int MOST_PASSED_OVER = 8;

    private @Nullable ClientConnection oldest;
    private @Nullable ClientConnection newest;

    void add(ClientConnection client) {
        client.idle = true;
        client.olderIdle = newest;
        if (newest == null) {
            oldest = client;
        } else {
            newest.newerIdle = client;
        }
        newest = client;
    }

    /** The client is no longer idle, if it was. */
    void remove(ClientConnection client) {
        if (!client.idle) {
            return;
        }
        ClientConnection older = client.olderIdle;
        ClientConnection newer = client.newerIdle;
        if (older == null) {
            oldest = newer;
        } else {
            older.newerIdle = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.olderIdle = older;
        }
        client.idle = false;
        client.olderIdle = null;
        client.newerIdle = null;
    }

    /** Closes the one that has been idle for longest; whether there was one. */
    boolean giveWay() {
        ClientConnection next = oldest;
        for (int i = 0; i < MOST_PASSED_OVER && next != null; i++) {
            remove(next);
            if (next.giveWay()) {
                return true;
            }
            add(next);
            next = oldest;
        }
        return false;
    }
}
