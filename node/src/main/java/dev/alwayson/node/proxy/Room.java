package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which connections the file descriptors of the process leave room for. Safe for use by any thread;
 * what several threads take at once may be a few more.
 */
final class Room {

    private final DescriptorShares shares;
    private final Places clients = new Places();
    private final AtomicInteger servers;

    /**
     * @param servers how many connections to servers are open
     */
    Room(DescriptorShares shares, AtomicInteger servers) {
        this.shares = shares;
        this.servers = servers;
    }

    /** Of clients and to servers, in all. */
    int connections() {
        return shares.connections();
    }

    /** Takes a client's place, if that leaves the servers theirs. */
    boolean takeForClient() {
        return clients.take(shares.connections() - shares.idle() - servers.get());
    }

    void giveBackForClient() {
        clients.giveBack();
    }

    boolean forServer() {
        return clients.taken() + servers.get() < shares.connections();
    }
}
