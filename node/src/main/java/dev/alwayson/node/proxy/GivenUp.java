package dev.alwayson.node.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The listeners that are given up and not closed yet. A socket that closes resets what the kernel
 * has queued for it and the handshakes that run; so none begins any more, for a second those that
 * run may end, what they became is accepted, and only then the sockets close. Safe for use by
 * several threads.
 */
final class GivenUp {

    /** After it a client whose SYN got no answer sends it again (RFC 6298); in millis. */
    private static final long HANDSHAKE_MILLIS = 1000;

    private static final int QUIET_ROUNDS = 3;

    /** For loops that are too busy to look. */
    private static final long ACCEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Closing(List<Listener> listeners, Thread thread) {}

    private final List<Closing> closings = new ArrayList<>();

    /** Returns at once. */
    synchronized void add(List<Listener> listeners) {
        closings.removeIf(closing -> !closing.thread.isAlive());
        if (!listeners.isEmpty()) {
            // At once: a socket that listens there next would share what the kernel hands to these.
            boolean ended = listeners.stream().allMatch(Listener::endHandshakes);
            Thread thread = Thread.ofVirtual().name("close").start(() -> close(listeners, ended));
            closings.add(new Closing(listeners, thread));
        }
    }

    private synchronized List<Closing> open() {
        return closings.stream().filter(closing -> closing.thread.isAlive()).toList();
    }

    /** Those whose sockets are still open. */
    Stream<Listener> stillOpen() {
        return open().stream().flatMap(closing -> closing.listeners.stream());
    }

    /** The frontends to which connections may still come. */
    Set<String> frontends() {
        Set<String> names = new HashSet<>();
        open().forEach(closing -> closing.listeners.forEach(each -> names.add(each.frontend())));
        return names;
    }

    /** Waits until every one is closed, for at most this time. */
    void await(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (Closing closing : open()) {
            closing.thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    /** Closes them at once, whoever may be queued. */
    void cut() {
        open().forEach(closing -> closing.thread.interrupt());
    }

    private static void close(List<Listener> listeners, boolean handshakesEnded) {
        try {
            if (handshakesEnded) {
                TimeUnit.MILLISECONDS.sleep(HANDSHAKE_MILLIS);
            }
            acceptUntilQuiet(listeners);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Listener.close(listeners);
    }

    private static void acceptUntilQuiet(List<Listener> listeners) throws InterruptedException {
        long deadline = System.nanoTime() + ACCEPT_NANOS;
        int quiet = 0;
        while (quiet < QUIET_ROUNDS && System.nanoTime() - deadline < 0) {
            boolean all = true;
            for (Listener listener : listeners) {
                all &= listener.quiet();
            }
            quiet = all ? quiet + 1 : 0;
        }
    }
}
