package dev.alwayson.node.admin;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what a Helidon listener leaves behind that ended by itself, or that could not start: in 4.5
 * the thread of the one waits for its own end, for ever, and the socket of the other stays open.
 * There is no other way to reach them.
 */
final class EndedListener {

    private static final Logger LOG = LoggerFactory.getLogger(EndedListener.class);

    private EndedListener() {}

    /** Does nothing to the listeners of a server that was stopped in order. */
    static void free(WebServer server) {
        try {
            if (field(server, "listeners") instanceof Map<?, ?> listeners) {
                for (Object listener : listeners.values()) {
                    if (field(listener, "closeFuture") instanceof CompletableFuture<?> end) {
                        end.complete(null);
                    }
                    if (field(listener, "serverSocket") instanceof ServerSocketChannel socket) {
                        socket.close();
                    }
                }
            }
        } catch (ReflectiveOperationException | IOException e) {
            LOG.warn("A thread or the socket of the admin server's last listener stays", e);
        }
    }

    private static @Nullable Object field(Object of, String name)
            throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
