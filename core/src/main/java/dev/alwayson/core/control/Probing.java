package dev.alwayson.core.control;

import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.health.HealthState;
import dev.alwayson.core.health.Pace;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps exactly one probe outstanding for each target, and makes health of the results. */
final class Probing {

    private Probing() {}

    /** A result: of the outstanding probe, or void. */
    static void probed(Turn turn, Input.Probed probed) {
        Roster roster = turn.targets.roster();
        Optional<Integer> found = roster.find(probed.target());
        if (found.isEmpty()) {
            return;
        }
        int at = found.get();
        TargetStates.One known = turn.targets.states().get(at);
        if (known.round() != probed.round()) {
            return;
        }
        HealthCheck check = probed.target().check();
        HealthState health = known.health().after(probed.result(), check, turn.now.wall());
        probeAgain(turn, at, probed, health);
        if (health.health() != known.health().health()) {
            for (String backend : roster.backends().get(at)) {
                Views.refresh(turn, backend, at, turn.applied.orElseThrow());
            }
        }
    }

    private static void probeAgain(Turn turn, int at, Input.Probed probed, HealthState health) {
        Targets targets = turn.targets;
        boolean first = targets.states().get(at).health().health() == Health.UNKNOWN;
        int unanswered = targets.unanswered() - (first ? 1 : 0);
        long round = targets.round() + 1;
        turn.targets =
                new Targets(
                        targets.roster(),
                        targets.states().with(at, new TargetStates.One(health, round)),
                        unanswered,
                        targets.checked() || unanswered == 0,
                        round,
                        targets.seed());
        Duration pause =
                Pace.next(
                        probed.target().check(),
                        health,
                        probed.result().took(),
                        unit(Hash.of(targets.seed(), round)));
        turn.add(new Effect.Probe(probed.target(), round, pause));
    }

    /** A number from 0 (inclusive) to 1. */
    private static double unit(long random) {
        return (random >>> 11) * 0x1.0p-53;
    }

    /**
     * Probes what the configuration and the servers in maintenance now ask for: keeps what stays,
     * drops what nobody refers to, begins with what is new.
     */
    static void assign(Turn turn) {
        Targets before = turn.targets;
        Roster roster = Roster.of(turn.configuration.orElseThrow(), turn.changes);
        Map<Target, HealthState> inherited = inherited(turn, roster);
        List<TargetStates.One> states = new ArrayList<>(roster.targets().size());
        long round = before.round();
        int fresh = 0;
        int unanswered = 0;
        for (Target target : roster.targets()) {
            Optional<Integer> kept = before.roster().find(target);
            TargetStates.One one;
            if (kept.isPresent()) {
                one = before.states().get(kept.get());
            } else {
                HealthState unknown = HealthState.unknown(turn.now.wall());
                one = new TargetStates.One(inherited.getOrDefault(target, unknown), ++round);
                turn.add(new Effect.Probe(target, round, Pace.first(target.check(), fresh++)));
            }
            states.add(one);
            unanswered += one.health().health() == Health.UNKNOWN ? 1 : 0;
        }
        turn.targets =
                new Targets(
                        roster,
                        TargetStates.of(states),
                        unanswered,
                        before.checked() || unanswered == 0,
                        round,
                        before.seed());
    }

    /**
     * What new targets take over from servers that kept their address and changed their check, or
     * had none: these stay as they are until rise or fall says otherwise.
     */
    private static Map<Target, HealthState> inherited(Turn turn, Roster roster) {
        Map<Target, HealthState> inherited = new HashMap<>();
        turn.before.snapshot.stream()
                .flatMap(last -> last.backends().values().stream())
                .flatMap(backend -> backend.servers().stream())
                .filter(was -> was.health() != Health.UNKNOWN)
                .forEach(was ->
                        roster.find(was.id())
                                .map(roster.targets()::get)
                                .filter(is -> is.address().equals(was.server().address()))
                                .ifPresent(is -> inherited.putIfAbsent(is, Views.inherited(was))));
        return inherited;
    }
}
