package dev.alwayson.core.control;

import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.ServerId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The servers whose requests have failed, or that are or were ejected.
 *
 * @param backends of each that has any, by the servers' names
 */
record Ejections(Map<String, Map<String, Conduct>> backends) {

    static final Ejections NONE = new Ejections(Map.of());

    Map<String, Conduct> of(String backend) {
        return backends.getOrDefault(backend, Map.of());
    }

    Optional<Conduct> of(ServerId server) {
        return Optional.ofNullable(of(server.backend()).get(server.server()));
    }

    /** What is shown of the server's ejection; empty if it is not ejected. */
    Optional<Ejection> shown(ServerId server) {
        return of(server).flatMap(Conduct::term).map(Conduct.Term::shown);
    }

    Ejections with(ServerId server, Conduct conduct) {
        if (conduct.isGood()) {
            return without(server);
        }
        Map<String, Conduct> ofBackend = new TreeMap<>(of(server.backend()));
        return conduct.equals(ofBackend.put(server.server(), conduct))
                ? this
                : with(server.backend(), ofBackend);
    }

    Ejections without(ServerId server) {
        Map<String, Conduct> ofBackend = new TreeMap<>(of(server.backend()));
        return ofBackend.remove(server.server()) == null ? this : with(server.backend(), ofBackend);
    }

    /** With these as all of the backend. */
    Ejections with(String backend, Map<String, Conduct> ofBackend) {
        Map<String, Map<String, Conduct>> next = new TreeMap<>(backends);
        if (ofBackend.isEmpty()) {
            next.remove(backend);
        } else {
            next.put(backend, ofBackend);
        }
        return new Ejections(next);
    }

    /** The backends with servers that are ejected. */
    Stream<String> ejecting() {
        return backends.entrySet().stream()
                .filter(one -> one.getValue().values().stream().anyMatch(c -> c.term().isPresent()))
                .map(Map.Entry::getKey);
    }

    /** When the next ejection ends. */
    OptionalLong due(long nanos) {
        OptionalLong wait =
                backends.values().stream()
                        .flatMap(ofBackend -> ofBackend.values().stream())
                        .filter(conduct -> conduct.term().isPresent())
                        .mapToLong(conduct -> Math.max(0, conduct.endNanos() - nanos))
                        .min();
        return wait.isEmpty() ? wait : OptionalLong.of(nanos + wait.getAsLong());
    }
}
