package dev.alwayson.node.proxy;

import java.util.function.BooleanSupplier;

/**
 * Which sockets of listeners, clients and servers the file descriptors of the process leave room
 * for. Safe for use by any thread.
 */
final class Room {

    private final DescriptorShares shares;
    private final Places taken = new Places();
    private final Places idle = new Places();

    Room(DescriptorShares shares) {
        this.shares = shares;
    }

    /** In all. */
    int sockets() {
        return shares.sockets();
    }

    /**
     * Takes a place, if there is one or somebody makes one; another thread may be quicker to take
     * what was made.
     */
    boolean take(BooleanSupplier making) {
        boolean took = taken.take(shares.sockets());
        while (!took && making.getAsBoolean()) {
            took = taken.take(shares.sockets());
        }
        return took;
    }

    /**
     * Takes a place for a client or a listener, if that leaves the servers theirs; or one that
     * somebody makes: there are no more than before then.
     */
    boolean takeBesideServers(BooleanSupplier making) {
        return taken.take(shares.sockets() - shares.idle())
                || (making.getAsBoolean() && take(making));
    }

    void giveBack() {
        taken.giveBack();
    }

    /** Counts a connection to a server as idle, unless as many are as there may be. */
    boolean takeIdle() {
        return idle.take(shares.idle());
    }

    void giveBackIdle() {
        idle.giveBack();
    }

    /** How many connections to servers are idle. */
    int idle() {
        return idle.taken();
    }

    /** How many places are taken, idle connections to servers among them. */
    int taken() {
        return taken.taken();
    }
}
