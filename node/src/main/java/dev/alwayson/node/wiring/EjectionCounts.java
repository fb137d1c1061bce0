package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.journal.Happening;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often each server was ejected since the node began. Safe for use by several threads. */
final class EjectionCounts {

    private final Map<ServerId, Long> counts = new ConcurrentHashMap<>();

    void learn(Happening happening) {
        if (happening instanceof Happening.ServerEjected ejected) {
            counts.merge(new ServerId(ejected.backend(), ejected.server()), 1L, Long::sum);
        }
    }

    long of(ServerId server) {
        return counts.getOrDefault(server, 0L);
    }

    /** Forgets servers that are no longer configured. */
    void keep(Snapshot snapshot) {
        counts.keySet().removeIf(id -> !configured(snapshot, id));
    }

    private static boolean configured(Snapshot snapshot, ServerId id) {
        var backend = snapshot.configuration().backends().get(id.backend());
        return backend != null && backend.servers().containsKey(id.server());
    }
}
