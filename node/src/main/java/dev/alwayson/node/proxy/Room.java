package dev.alwayson.node.proxy;

import java.util.function.BooleanSupplier;

/**
 * Which connections the file descriptors of the process leave room for. Safe for use by any thread.
 */
final class Room {

    private final DescriptorShares shares;
    private final Places taken = new Places();

    Room(DescriptorShares shares) {
        this.shares = shares;
    }

    /** Of clients and to servers, in all. */
    int connections() {
        return shares.connections();
    }

    /**
     * Takes a place, if there is one or somebody makes one; another thread may be quicker to take
     * what was made.
     */
    boolean take(BooleanSupplier making) {
        boolean took = taken.take(shares.connections());
        while (!took && making.getAsBoolean()) {
            took = taken.take(shares.connections());
        }
        return took;
    }

    /** Takes a place for a client, if that leaves the servers theirs. */
    boolean takeForClient() {
        return taken.take(shares.connections() - shares.idle());
    }

    void giveBack() {
        taken.giveBack();
    }

    /** How many places are taken, for tests that look for leaks. */
    int taken() {
        return taken.taken();
    }
}
