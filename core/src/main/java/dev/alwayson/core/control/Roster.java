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
 * @param entries the servers of each backend, in the order of the file
 */
record Roster(
        List<Target> targets,
        Map<Target, Integer> index,
        Map<ServerId, Integer> servers,
        List<List<String>> backends,
        Map<String, List<Entry>> entries) {

    static final Roster EMPTY = new Roster(List.of(), Map.of(), Map.of(), List.of(), Map.of());

    /**
     * A server, and the index of its target: looked at for every server whenever a backend is shown
     * anew, so without a map.
     *
     * @param target {@link #NOT_PROBED} if it has none
     */
    record Entry(ServerId id, Server server, int target) {

        static final int NOT_PROBED = -1;
    }

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
        Map<String, List<Entry>> entries = new HashMap<>();
        configuration
                .backends()
                .forEach((name, backend) -> entries.put(name, entries(name, backend, servers)));
        return new Roster(List.copyOf(index.keySet()), index, servers, backends, entries);
    }

    private static List<Entry> entries(
            String name, Backend backend, Map<ServerId, Integer> servers) {
        List<Entry> entries = new ArrayList<>(backend.servers().size());
        for (Map.Entry<String, Server> server : backend.servers().entrySet()) {
            ServerId id = new ServerId(name, server.getKey());
            int target = servers.getOrDefault(id, Entry.NOT_PROBED);
            entries.add(new Entry(id, server.getValue(), target));
        }
        return List.copyOf(entries);
    }

    Optional<Integer> find(Target target) {
        return Optional.ofNullable(index.get(target));
    }

    Optional<Integer> find(ServerId server) {
        return Optional.ofNullable(servers.get(server));
    }

    /** The servers of a backend that is configured. */
    List<Entry> of(String backend) {
        return entries.getOrDefault(backend, List.of());
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
