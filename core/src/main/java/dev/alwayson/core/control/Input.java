package dev.alwayson.core.control;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import java.util.List;
import java.util.Optional;

/** What the control loop is told. */
public sealed interface Input {

    /** A valid configuration: the first one starts everything. {@code by}: start, SIGHUP, admin. */
    record ConfigurationLoaded(Configuration configuration, String by) implements Input {}

    /** A changed file had problems. */
    record ConfigurationRefused(List<String> problems, String by) implements Input {
        public ConfigurationRefused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A probe that {@link Effect.Probe} asked for has ended.
     *
     * @param round the round of that effect; a result of another round is void
     */
    record Probed(Target target, long round, ProbeResult result) implements Input {}

    /**
     * What came of requests: told about once a second, of servers of which some failed, and once
     * more when requests are answered again.
     */
    record Tried(List<ServerTries> servers) implements Input {
        public Tried {
            servers = List.copyOf(servers);
        }
    }

    /**
     * An operator wants a server in this state.
     *
     * @param command the caller's number for it, given back by {@link Effect.Answer}
     */
    record SetServerState(long command, ServerId server, ServerState state, String by)
            implements Input {}

    /** The store has taken, or could not take, the changes of this version. */
    record RuntimeSaved(long version, Optional<String> problem) implements Input {}

    /** The time that {@link Effect.WakeAt} asked for has come. */
    record Woken() implements Input {}

    /** The node is to stop. */
    record Stop(String by) implements Input {}
}
