package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.time.Moment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One step at work: what it changed so far, and the effects. Mutable, and never seen outside the
 * step.
 */
final class Turn {

    final State before;
    final Moment now;

    Targets targets;
    SlowStarts slowStarts;
    Ejections ejections;
    OptionalLong wake;
    Saves saves;
    RuntimeChanges changes;
    Optional<Configuration> configuration;
    Optional<EventId> applied;
    boolean stopping;

    private Chronicle chronicle;
    private final Map<String, BackendView> shownAnew = new LinkedHashMap<>();
    private final List<Effect> effects = new ArrayList<>();

    Turn(State before, Moment now) {
        this.before = before;
        this.now = now;
        this.chronicle = before.chronicle;
        this.targets = before.targets;
        this.slowStarts = before.slowStarts;
        this.ejections = before.ejections;
        this.wake = before.wake;
        this.saves = before.saves;
        this.changes = before.changes;
        this.configuration = before.configuration;
        this.applied = before.applied;
        this.stopping = before.stopping;
    }

    void add(Effect effect) {
        effects.add(effect);
    }

    EventId append(Happening happening, Optional<EventId> cause) {
        Event event = chronicle.event(happening, cause, now);
        chronicle = chronicle.after(event);
        effects.add(new Effect.Append(event));
        return event.id();
    }

    Optional<Backend> backend(String name) {
        return configuration.map(runs -> runs.backends().get(name));
    }

    /** The backend as it was last shown; empty if it is new. */
    Optional<BackendView> shown(String backend) {
        return Optional.ofNullable(shownAnew.get(backend))
                .or(() -> before.snapshot.map(last -> last.backends().get(backend)));
    }

    void show(BackendView view) {
        shownAnew.put(view.name(), view);
    }

    /** The effects begin with the snapshot: what runs learns it before anybody reads about it. */
    Step end() {
        wake();
        Optional<Snapshot> snapshot = before.snapshot;
        if (configuration.isPresent() && visiblyChanged()) {
            Snapshot next = snapshot(configuration.get());
            effects.addFirst(new Effect.Publish(next));
            snapshot = Optional.of(next);
        }
        State after =
                new State(
                        before.version,
                        chronicle,
                        targets,
                        slowStarts,
                        ejections,
                        wake,
                        saves,
                        changes,
                        configuration,
                        applied,
                        snapshot,
                        stopping);
        return new Step(after, effects);
    }

    private void wake() {
        if (slowStarts.equals(before.slowStarts)
                && ejections.equals(before.ejections)
                && wake.equals(before.wake)) {
            return;
        }
        OptionalLong due = earliest(slowStarts.due(now.nanos()), ejections.due(now.nanos()));
        if (due.isPresent() && (wake.isEmpty() || due.getAsLong() - wake.getAsLong() < 0)) {
            wake = due;
            effects.add(new Effect.WakeAt(due.getAsLong()));
        }
    }

    private static OptionalLong earliest(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.getAsLong() - other.getAsLong() < 0 ? one : other;
    }

    private boolean visiblyChanged() {
        return !shownAnew.isEmpty()
                || !configuration.equals(before.configuration)
                || changes.version() != before.changes.version()
                || targets.checked() != before.targets.checked();
    }

    private Snapshot snapshot(Configuration shows) {
        Map<String, BackendView> backends = new LinkedHashMap<>();
        shows.backends().keySet().forEach(name -> backends.put(name, shown(name).orElseThrow()));
        long version = before.snapshot.map(Snapshot::version).orElse(0L) + 1;
        return new Snapshot(version, shows, backends, changes, targets.checked());
    }
}
