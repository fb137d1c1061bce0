package dev.alwayson.node.admin;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of Helidon's listener (4.5), the one place where that says why it has ended. It is not
 * told from there, with a stack each time, but by {@link ListenerWatch}. For any thread.
 */
final class ListenerLog {

    /** Held here, because a logger that nobody holds forgets its filter and its level. */
    private static final Logger LOG = Logger.getLogger("io.helidon.webserver.ServerListener");

    private final AtomicReference<Optional<Throwable>> end =
            new AtomicReference<>(Optional.empty());

    /** From now on this one has what the listeners say. */
    ListenerLog() {
        LOG.setFilter(this::passes);
    }

    private boolean passes(LogRecord line) {
        if (line.getThrown() == null
                || !line.getMessage().contains("this server socket is terminating now")) {
            return true;
        }
        end.set(Optional.of(line.getThrown()));
        return false;
    }

    /** What a listener has ended at by itself; once. */
    Optional<Throwable> takeEnd() {
        return end.getAndSet(Optional.empty());
    }

    /**
     * Helidon's listener tells a client that connects in the moment in which it is closed as an
     * error of its own, with a stack. Silent only for as long as that takes: what fails while it
     * serves is told.
     */
    static void silentFor(Runnable close) {
        LOG.setLevel(Level.OFF);
        try {
            close.run();
        } finally {
            LOG.setLevel(null);
        }
    }
}
