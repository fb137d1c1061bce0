package dev.alwayson.node.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is open, so that a leak is seen. Safe for use by any thread. */
final class Connections {

    final AtomicInteger clients = new AtomicInteger();
    final AtomicInteger servers = new AtomicInteger();

    /** Requests and tunnels that run. */
    final AtomicInteger exchanges = new AtomicInteger();

    /** Buffers that requests hold so that they can be sent again. */
    final AtomicInteger heldBuffers = new AtomicInteger();
}
