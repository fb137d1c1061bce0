package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who refers to which target. Follows from the configuration and from who is in maintenance: a
 * target is probed as long as a server outside maintenance refers to it.
 *
 * @param targets what is probed, in the order of the file
 * @param index the place of each in {@code targets}
 * @param servers the index of each server's target; absent if the server has none that is probed
 * @param backends for each target the backends with servers that refer to it
 */
record Roster(
        List<Target> targets,
        Map<Target, Integer> index,
        Map<ServerId, Integer> servers,
        List<List<String>> backends) {

    static final Roster EMPTY = new Roster(List.of(), Map.of(), Map.of(), List.of());

    static Roster of(Configuration configuration, RuntimeChanges changes) {
        Map<Target, Integer> index = new LinkedHashMap<>();
        configuration
                .backends()
                .forEach((name, backend) -> addProbed(name, backend, changes, index));
        Map<ServerId, Integer> servers = new HashMap<>();
        List<List<String>> backends = new ArrayList<>();
        index.keySet().forEach(_ -> backends.add(new ArrayList<>(1)));
        configuration
                .backends()
                .forEach((name, backend) -> addServers(name, backend, index, servers, backends));
        return new Roster(List.copyOf(index.keySet()), index, servers, backends);
    }

    Optional<Integer> find(Target target) {
        return Optional.ofNullable(index.get(target));
    }

    Optional<Integer> find(ServerId server) {
        return Optional.ofNullable(servers.get(server));
    }

    /** The backends with servers that refer to the same target; none if it is not probed. */
    List<String> sharing(ServerId server) {
        return find(server).map(backends::get).orElse(List.of());
    }

    private static void addProbed(
            String name, Backend backend, RuntimeChanges changes, Map<Target, Integer> index) {
        if (backend.healthCheck().isEmpty()) {
            return;
        }
        HealthCheck check = backend.healthCheck().get();
        for (Map.Entry<String, Server> server : backend.servers().entrySet()) {
            if (changes.state(new ServerId(name, server.getKey())) != ServerState.MAINT) {
                index.putIfAbsent(new Target(server.getValue().address(), check), index.size());
            }
        }
    }

    private static void addServers(
            String name,
            Backend backend,
            Map<Target, Integer> index,
            Map<ServerId, Integer> servers,
            List<List<String>> backends) {
        if (backend.healthCheck().isEmpty()) {
            return;
        }
        HealthCheck check = backend.healthCheck().get();
        for (Map.Entry<String, Server> server : backend.servers().entrySet()) {
            Integer at = index.get(new Target(server.getValue().address(), check));
            if (at != null) {
                servers.put(new ServerId(name, server.getKey()), at);
                if (!backends.get(at).contains(name)) {
                    backends.get(at).add(name);
                }
            }
        }
    }
}
