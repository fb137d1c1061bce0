package dev.alwayson.core.control;

import dev.alwayson.core.health.HealthState;
import java.util.Optional;

/**
 * What is probed, and what is known of it.
 *
 * @param unanswered the targets whose health is unknown
 * @param checked whether every target that the node began with has answered; stays true
 * @param round the last one given to a probe: never given twice, so that a late result of a target
 *     that left and came back is told from that of the new probe
 * @param seed gives each round its random number
 */
record Targets(
        Roster roster,
        TargetStates states,
        int unanswered,
        boolean checked,
        long round,
        long seed) {

    static Targets none(long seed) {
        return new Targets(Roster.EMPTY, TargetStates.EMPTY, 0, false, 0, seed);
    }

    /** What is known of a server; empty if it has no target that is probed. */
    Optional<HealthState> health(Roster.Entry server) {
        return server.target() == Roster.Entry.NOT_PROBED
                ? Optional.empty()
                : Optional.of(states.get(server.target()).health());
    }
}
