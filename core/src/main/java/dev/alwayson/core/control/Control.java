package dev.alwayson.core.control;

import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The control loop's step: pure and deterministic. The same states, inputs and moments give the
 * same effects, so a run can be replayed. One thread of the node calls it with one input after the
 * other, and so does the simulator.
 */
public final class Control {

    private Control() {}

    /**
     * What the loop knows before the first configuration.
     *
     * @param node this node's name, for the journal
     * @param version the software's, for the journal
     * @param lastSequence of the newest event of this node in the journal; 0 if there is none
     * @param lastTime the time of that event
     * @param changes the runtime changes as they are stored
     * @param seed of the variation in the checks' intervals
     */
    public static State start(
            String node,
            String version,
            long lastSequence,
            HybridTime lastTime,
            RuntimeChanges changes,
            long seed) {
        return new State(
                version,
                new Chronicle(node, lastSequence, lastTime),
                Targets.none(seed),
                SlowStarts.NONE,
                Ejections.NONE,
                OptionalLong.empty(),
                new Saves(changes.version(), List.of()),
                changes,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** What the input leads to. */
    public static Step step(State state, Input input, Moment now) {
        Turn turn = new Turn(state, now);
        switch (input) {
            case Input.ConfigurationLoaded loaded -> Loading.loaded(turn, loaded);
            case Input.ConfigurationRefused refused -> refused(turn, refused);
            case Input.Probed probed -> Probing.probed(turn, probed);
            case Input.Tried tried -> Ejecting.tried(turn, tried);
            case Input.SetServerState command -> ServerStates.set(turn, command);
            case Input.RuntimeSaved saved -> ServerStates.saved(turn, saved);
            case Input.Woken _ -> woken(turn);
            case Input.Stop stop -> stop(turn, stop);
        }
        return turn.end();
    }

    private static void refused(Turn turn, Input.ConfigurationRefused refused) {
        turn.append(
                new Happening.ConfigurationRefused(refused.by(), refused.problems()),
                Optional.empty());
    }

    /** Servers that start slowly get the share that is due, and ejections end. */
    private static void woken(Turn turn) {
        turn.wake = OptionalLong.empty();
        Set<String> backends = new LinkedHashSet<>(turn.slowStarts.ramps().keySet());
        turn.ejections.ejecting().forEach(backends::add);
        for (String backend : backends) {
            Views.refresh(turn, backend, turn.applied.orElseThrow());
        }
    }

    /** Checks go on: what still runs is still balanced. */
    private static void stop(Turn turn, Input.Stop stop) {
        if (!turn.stopping) {
            turn.stopping = true;
            turn.append(new Happening.NodeStopping(stop.by()), Optional.empty());
        }
    }
}
