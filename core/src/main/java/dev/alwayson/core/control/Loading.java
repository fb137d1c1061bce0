package dev.alwayson.core.control;

import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a configuration what runs: the first one, and each that replaces it. */
final class Loading {

    private Loading() {}

    static void loaded(Turn turn, Input.ConfigurationLoaded loaded) {
        Optional<Configuration> before = turn.configuration;
        Optional<EventId> cause = Optional.empty();
        if (before.isEmpty()) {
            cause = Optional.of(started(turn));
        }
        List<String> changes = Difference.lines(before, loaded.configuration(), turn.changes);
        EventId applied =
                turn.append(new Happening.ConfigurationApplied(loaded.by(), changes), cause);
        turn.applied = Optional.of(applied);
        if (before.isPresent() && before.get().equals(loaded.configuration())) {
            return;
        }
        turn.configuration = Optional.of(loaded.configuration());
        Probing.assign(turn);
        forgetGone(turn, loaded.configuration());
        loaded.configuration()
                .backends()
                .keySet()
                .forEach(name -> Views.refresh(turn, name, applied));
    }

    private static EventId started(Turn turn) {
        return turn.append(new Happening.NodeStarted(turn.before.version), Optional.empty());
    }

    private static void forgetGone(Turn turn, Configuration configuration) {
        for (String backend : turn.slowStarts.ramps().keySet()) {
            if (!configuration.backends().containsKey(backend)) {
                turn.slowStarts = turn.slowStarts.with(backend, Map.of());
            }
        }
        for (String backend : turn.ejections.backends().keySet()) {
            if (!configuration.backends().containsKey(backend)) {
                turn.ejections = turn.ejections.with(backend, Map.of());
            }
        }
    }
}
