package dev.alwayson.core.control;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What people may ask of a running node. Safe for use by any thread. */
public interface Operator {

    /**
     * Sets a server's state: at once for new work; the future completes when it is stored.
     *
     * @param by who asks, for the journal
     */
    CompletableFuture<Effect.Outcome> setServerState(ServerId server, ServerState state, String by);

    /**
     * Reads the configuration file again and applies it. May take as long as reading a file takes.
     *
     * @param by who asks, for the journal: SIGHUP or admin
     * @return the problems that kept it from being applied, a line each; empty if it was applied
     */
    List<String> reload(String by);

    /** The newest snapshot that traffic goes by. */
    Snapshot snapshot();
}
