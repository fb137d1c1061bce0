package dev.alwayson.node.admin;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what a Helidon listener leaves behind. In 4.5 the thread of one that ended by itself waits
 * for its own end, for ever; the socket of one that could not start stays open; and the timer of
 * idle connections goes on after each, with a thread, and holds on to the whole server. There is no
 * other way to reach them.
 */
final class EndedListener {

    private static final Logger LOG = LoggerFactory.getLogger(EndedListener.class);

    private EndedListener() {}

    /** Loads, at the start, what cannot be loaded any more when no descriptor is left. */
    static void load() {
        new LastConnection().close(false);
    }

    /**
     * Has a stop of this server wait for the end of its listeners for no longer than this. A thread
     * that accepts is woken by way of the socket's descriptor, and where the process may no longer
     * have one of that number (setrlimit(2)), it stays until somebody connects.
     */
    static void awaitAtMost(WebServer server, Duration atMost) {
        try {
            for (Object listener : listeners(server)) {
                if (field(listener, "closeFuture") instanceof CompletableFuture<?> end) {
                    end.completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (ReflectiveOperationException e) {
            LOG.warn("The admin server's end has no bound in time", e);
        }
    }

    /** The timer ends when it looks next, within its period. */
    static void free(WebServer server) {
        try {
            for (Object listener : listeners(server)) {
                if (field(listener, "closeFuture") instanceof CompletableFuture<?> end) {
                    end.complete(null);
                }
                if (field(listener, "serverSocket") instanceof ServerSocketChannel socket) {
                    socket.close();
                }
                endTimer(listener);
            }
        } catch (ReflectiveOperationException | IOException e) {
            LOG.warn("Threads or the socket of the admin server's last listener stay", e);
        }
    }

    private static Collection<?> listeners(WebServer server) throws ReflectiveOperationException {
        return field(server, "listeners") instanceof Map<?, ?> listeners
                ? listeners.values()
                : List.of();
    }

    @SuppressWarnings("unchecked") // The field has no other type.
    private static void endTimer(Object listener) throws ReflectiveOperationException {
        if (field(listener, "activeConnections") instanceof Map<?, ?> connections) {
            ((Map<String, ServerConnection>) connections).put("the last", new LastConnection());
        }
    }

    private static @Nullable Object field(Object of, String name)
            throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    /** None at all: it ends whoever asks it for its idle time, which is the timer's thread. */
    private static final class LastConnection implements ServerConnection {

        @Override
        public Duration idleTime() {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {}); // Nothing is wrong.
            throw new IllegalStateException("the listener has ended");
        }

        @Override
        public void close(boolean interrupt) {}
    }
}
