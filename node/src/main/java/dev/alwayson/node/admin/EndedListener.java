package dev.alwayson.node.admin;

import io.helidon.webserver.WebServer;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the thread of a Helidon listener that ended by itself: in 4.5 it waits for its own end, for
 * ever, and there is no other way to reach what it waits for. Without this each ending would cost a
 * thread.
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
                }
            }
        } catch (ReflectiveOperationException e) {
            LOG.warn("A thread of the admin server's last listener stays, which costs memory", e);
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
