package dev.alwayson.sim;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.target.Target;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What follows from the inputs alone, told in the plainest way: the rules compare with this. */
final class Facts {

    private Optional<Configuration> configuration = Optional.empty();
    private final Map<ServerId, ServerState> states = new HashMap<>();
    private final Map<ServerId, Target> targets = new HashMap<>();
    private final Set<Target> probed = new LinkedHashSet<>();

    /** Whether the last input was a command that names nothing. */
    private boolean unknown;

    /**
     * @param stored the states of servers that the store has when the node starts
     */
    Facts(Map<ServerId, ServerState> stored) {
        states.putAll(stored);
    }

    void take(Input input) {
        unknown = false;
        switch (input) {
            case Input.ConfigurationLoaded loaded -> {
                configuration = Optional.of(loaded.configuration());
                findTargets(loaded.configuration());
            }
            case Input.SetServerState command -> set(command);
            case Input.ConfigurationRefused _,
                    Input.Probed _,
                    Input.Tried _,
                    Input.RuntimeSaved _,
                    Input.Woken _,
                    Input.Stop _ -> {}
        }
    }

    private void set(Input.SetServerState command) {
        boolean configured = server(command.server()).isPresent();
        boolean undoes =
                command.state() == ServerState.READY && states.containsKey(command.server());
        unknown = !configured && !undoes;
        if (unknown) {
            return;
        }
        if (command.state() == ServerState.READY) {
            states.remove(command.server());
        } else {
            states.put(command.server(), command.state());
        }
        configuration.ifPresent(this::findTargets);
    }

    boolean lastWasUnknown() {
        return unknown;
    }

    Optional<Configuration> configuration() {
        return configuration;
    }

    Map<ServerId, ServerState> states() {
        return states;
    }

    ServerState state(ServerId id) {
        return states.getOrDefault(id, ServerState.READY);
    }

    Optional<Server> server(ServerId id) {
        return configuration
                .map(runs -> runs.backends().get(id.backend()))
                .map(backend -> backend.servers().get(id.server()));
    }

    /** The server's target; empty if its backend has no check. */
    Optional<Target> target(ServerId id) {
        return Optional.ofNullable(targets.get(id));
    }

    /** Every target that a server outside maintenance refers to. */
    Set<Target> probed() {
        return probed;
    }

    private void findTargets(Configuration runs) {
        targets.clear();
        probed.clear();
        runs.backends().forEach(this::findTargets);
    }

    private void findTargets(String name, Backend backend) {
        if (backend.healthCheck().isEmpty()) {
            return;
        }
        for (Map.Entry<String, Server> server : backend.servers().entrySet()) {
            ServerId id = new ServerId(name, server.getKey());
            Target target = new Target(server.getValue().address(), backend.healthCheck().get());
            targets.put(id, target);
            if (state(id) != ServerState.MAINT) {
                probed.add(target);
            }
        }
    }
}
