package dev.alwayson.sim;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest snapshot names everything that is configured and nothing else, shows every server as
 * it is, and is replaced only by one that differs.
 */
final class SnapshotRule implements Rule {

    private final ProbeRule probes;

    SnapshotRule(ProbeRule probes) {
        this.probes = probes;
    }

    @Override
    public void check(Observed step) {
        Violation.unless(
                step.effects(Effect.Publish.class).size() <= 1, "two snapshots in one step");
        if (!step.effects(Effect.Publish.class).isEmpty()) {
            replaced(step.before(), step.snapshot().orElseThrow());
        }
        if (step.snapshot().isPresent()) {
            truthful(step.snapshot().get(), step.facts());
        }
    }

    private static void replaced(Optional<Snapshot> before, Snapshot after) {
        long version = before.map(Snapshot::version).orElse(0L);
        Violation.unless(
                after.version() == version + 1,
                "snapshot %d follows snapshot %d",
                after.version(),
                version);
        if (before.isEmpty()) {
            return;
        }
        Snapshot was = before.get();
        Violation.unless(
                !was.configuration().equals(after.configuration())
                        || !was.backends().equals(after.backends())
                        || !was.changes().equals(after.changes())
                        || was.checked() != after.checked(),
                "snapshot %d shows nothing new",
                after.version());
        Violation.unless(
                after.checked() || !was.checked(), "the node was checked and no longer is");
        after.backends()
                .values()
                .forEach(view -> keptIfEqual(was.backends().get(view.name()), view));
    }

    @SuppressWarnings("ReferenceEquality") // that it is the same object is what is promised
    private static void keptIfEqual(@Nullable BackendView was, BackendView is) {
        Violation.unless(
                !is.equals(was) || is == was, "%s did not change and is another object", is.name());
    }

    private void truthful(Snapshot snapshot, Facts facts) {
        Configuration runs = facts.configuration().orElseThrow();
        Violation.unless(snapshot.configuration().equals(runs), "another configuration runs");
        Violation.unless(
                snapshot.changes().states().equals(facts.states()),
                "changes are %s, not %s",
                snapshot.changes().states(),
                facts.states());
        Violation.unless(
                List.copyOf(snapshot.backends().keySet())
                        .equals(List.copyOf(snapshot.configuration().backends().keySet())),
                "the backends shown are %s",
                snapshot.backends().keySet());
        snapshot.backends().forEach((name, view) -> truthful(name, view, runs, facts));
    }

    private void truthful(String name, BackendView view, Configuration runs, Facts facts) {
        Backend backend = Objects.requireNonNull(runs.backends().get(name));
        Violation.unless(
                view.name().equals(name) && view.backend().equals(backend),
                "%s shows another backend",
                name);
        Map<String, ServerView> shown = new HashMap<>();
        view.servers().forEach(server -> shown.put(server.id().server(), server));
        Violation.unless(
                shown.keySet().equals(backend.servers().keySet())
                        && shown.size() == view.servers().size(),
                "%s shows %s, configured are %s",
                name,
                shown.keySet(),
                backend.servers().keySet());
        view.servers().forEach(server -> truthful(server, facts));
    }

    private void truthful(ServerView view, Facts facts) {
        ServerId id = view.id();
        Violation.unless(
                facts.server(id).equals(Optional.of(view.server())), "%s shows another server", id);
        Violation.unless(
                view.state() == facts.state(id),
                "%s is shown as %s, set to %s",
                id,
                view.state(),
                facts.state(id));
        int full = view.server().weight() * 1000;
        Violation.unless(
                view.share() >= 1
                        && view.share() <= full
                        && (view.share() == full || !view.server().slowStart().isZero()),
                "%s has a share of %d",
                id,
                view.share());
        healthy(view, facts);
    }

    private void healthy(ServerView view, Facts facts) {
        Optional<Target> target = facts.target(view.id());
        if (target.isEmpty()) {
            shows(view, Health.HEALTHY);
        } else {
            shows(view, probes.expected(target.get()).orElse(Health.UNKNOWN));
        }
    }

    private static void shows(ServerView view, Health expected) {
        Violation.unless(
                view.health() == expected,
                "%s is shown as %s, its checks say %s",
                view.id(),
                view.health(),
                expected);
    }
}
