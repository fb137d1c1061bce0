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

    /** Whether the last input was a command that names nothing. */
    private boolean unknown;

    void take(Input input) {
        unknown = false;
        switch (input) {
            case Input.ConfigurationLoaded loaded ->
                    configuration = Optional.of(loaded.configuration());
            case Input.SetServerState command -> set(command);
            case Input.ConfigurationRefused _,
                    Input.Probed _,
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
    Optional<Target> target(String backend, String server) {
        Optional<Backend> in = configuration.map(runs -> runs.backends().get(backend));
        return server(new ServerId(backend, server))
                .flatMap(one ->
                        in.flatMap(Backend::healthCheck)
                                .map(check -> new Target(one.address(), check)));
    }

    /** Every target that a server outside maintenance refers to. */
    Set<Target> probed() {
        Set<Target> probed = new LinkedHashSet<>();
        configuration.ifPresent(runs ->
                runs.backends()
                        .forEach((name, backend) -> {
                            for (String server : backend.servers().keySet()) {
                                if (state(new ServerId(name, server)) != ServerState.MAINT) {
                                    target(name, server).ifPresent(probed::add);
                                }
                            }
                        }));
        return probed;
    }
}
