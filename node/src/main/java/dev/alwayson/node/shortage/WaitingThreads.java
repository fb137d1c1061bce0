package dev.alwayson.node.shortage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;

/**
 * What lets virtual threads wait for sockets. Java (25, {@code sun.nio.ch.Poller}) begins it when
 * the first of them waits, and takes descriptors for it: if there are none then, no virtual thread
 * can wait for a socket as long as the process lives.
 */
final class WaitingThreads {

    private WaitingThreads() {}

    /** Has a virtual thread wait, for a millisecond. */
    static void begin() {
        Thread first = Thread.ofVirtual().start(WaitingThreads::await);
        try {
            first.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await() {
        try (Selector nothing = Selector.open()) {
            nothing.select(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
