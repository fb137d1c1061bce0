package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.balance.ServerId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a server is working on, over all event loops. One for each identity; outlives snapshots.
 * Safe for use by any thread.
 */
final class ServerLoad {

    final ServerId id;
    final long nameHash;

    /** The server's name, in UTF-8; not to be written. */
    final byte[] name;

    private final AtomicInteger active = new AtomicInteger();

    ServerLoad(ServerId id) {
        this.id = id;
        this.name = id.server().getBytes(StandardCharsets.UTF_8);
        this.nameHash = Hash.of(name);
    }

    int active() {
        return active.get();
    }

    /**
     * Takes one of the server's places.
     *
     * @param limit how many there are; 0 for no limit
     * @return whether one was free
     */
    boolean take(int limit) {
        if (limit == 0) {
            active.getAndIncrement();
            return true;
        }
        for (int now = active.get(); now < limit; now = active.get()) {
            if (active.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void giveBack() {
        active.getAndDecrement();
    }
}
