package dev.alwayson.core.control;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operators changed while the node ran. It wins over the file until it is undone. An entry for
 * a server that is not configured is kept, shown and without effect.
 *
 * @param version counts the changes, from 0
 * @param states the servers that are not {@link ServerState#READY}
 */
public record RuntimeChanges(long version, Map<ServerId, ServerState> states) {

    public static final RuntimeChanges NONE = new RuntimeChanges(0, Map.of());

    public RuntimeChanges {
        states = Collections.unmodifiableMap(new TreeMap<>(states));
    }

    public ServerState state(ServerId server) {
        return states.getOrDefault(server, ServerState.READY);
    }

    /** The next version, with this server in this state. */
    public RuntimeChanges with(ServerId server, ServerState state) {
        Map<ServerId, ServerState> next = new TreeMap<>(states);
        if (state == ServerState.READY) {
            next.remove(server);
        } else {
            next.put(server, state);
        }
        return new RuntimeChanges(version + 1, next);
    }
}
