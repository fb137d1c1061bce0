package dev.alwayson.node.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The clients of one event loop that wait for nothing: they have sent nothing yet, or have the
 * answers to all they asked. Where descriptors are short they give way, the one that has waited for
 * longest first. The links are the clients' own, so that a request makes no object. Confined to its
 * event loop.
 */
final class IdleClients {

    /** Of those that still take their last answer, looked at in one go. */
    private static final int MOST_PASSED_OVER = 16;

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

    /**
     * Closes the one that has been idle for longest; whether there was one. Whoever still takes its
     * last answer is passed over, and counts as idle from now on.
     */
    boolean giveWay() {
        int passedOver = 0;
        while (oldest != null && passedOver < MOST_PASSED_OVER) {
            ClientConnection next = oldest;
            remove(next);
            if (next.giveWay()) {
                return true;
            }
            if (next.open()) {
                add(next);
                passedOver++;
            }
        }
        return false;
    }
}
