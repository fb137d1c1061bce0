package dev.alwayson.sim;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.target.Health;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A server starts slowly when it serves anew, and only then: not while the node itself starts, and
 * not because something else has changed.
 */
final class SlowStartRule implements Rule {

    private static final int LEVELS = 20;

    @Override
    public void check(Observed step) {
        if (step.before().equals(step.snapshot())) {
            return;
        }
        Map<ServerId, ServerView> before = new HashMap<>();
        step.before().ifPresent(was -> servers(was, before));
        Map<ServerId, ServerView> after = new HashMap<>();
        servers(step.snapshot().orElseThrow(), after);
        boolean checked = step.before().map(Snapshot::checked).orElse(false);
        after.values().forEach(is -> check(Optional.ofNullable(before.get(is.id())), is, checked));
    }

    private static void servers(Snapshot snapshot, Map<ServerId, ServerView> servers) {
        snapshot.backends()
                .values()
                .forEach(view -> view.servers().forEach(is -> servers.put(is.id(), is)));
    }

    private static void check(Optional<ServerView> was, ServerView is, boolean checked) {
        int full = is.server().weight() * 1000;
        boolean slow = !is.server().slowStart().isZero() && may(is);
        boolean served =
                was.filter(SlowStartRule::may)
                        .filter(view -> view.server().address().equals(is.server().address()))
                        .isPresent();
        if (slow && !served) {
            int begins = checked ? full / LEVELS : full;
            Violation.unless(
                    is.share() == begins, "%s serves anew with a share of %d", is.id(), is.share());
        } else if (slow && was.get().server().equals(is.server())) {
            Violation.unless(
                    is.share() >= was.get().share(),
                    "%s serves on, and its share fell from %d to %d",
                    is.id(),
                    was.get().share(),
                    is.share());
        }
    }

    private static boolean may(ServerView server) {
        return server.health() == Health.HEALTHY
                && server.state() != ServerState.MAINT
                && server.ejection().isEmpty();
    }
}
