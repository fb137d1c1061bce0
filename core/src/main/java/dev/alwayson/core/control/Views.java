package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Serving;
import dev.alwayson.core.health.HealthState;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.target.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Shows backends anew, and what did not change as the same objects as before. */
final class Views {

    private static final String NO_CHECK = "no health check";
    private static final String BEFORE_CHECKS = "healthy before it was checked";
    private static final String IN_MAINTENANCE = "in maintenance, not checked";

    private Views() {}

    /**
     * Shows one backend of the configuration as it is now, and tells what changed by events.
     *
     * @param cause the event that those follow from
     */
    static void refresh(Turn turn, String name, EventId cause) {
        refresh(turn, name, cause, _ -> true);
    }

    /**
     * The same where nothing but the health of one target has changed, and the time: looks only at
     * the servers that refer to it, that start slowly, or whose requests have failed.
     */
    static void refresh(Turn turn, String name, int target, EventId cause) {
        Set<String> moving = new HashSet<>(turn.ejections.of(name).keySet());
        moving.addAll(turn.slowStarts.of(name).keySet());
        boolean none = moving.isEmpty();
        refresh(
                turn,
                name,
                cause,
                entry ->
                        entry.target() == target
                                || (!none && moving.contains(entry.id().server())));
    }

    private static void refresh(
            Turn turn, String name, EventId cause, Predicate<Roster.Entry> mayDiffer) {
        Backend backend = turn.backend(name).orElseThrow();
        Optional<BackendView> before = turn.shown(name);
        Earlier earlier = new Earlier(before);
        Optional<EventId> returned = Ejecting.settle(turn, name, backend);
        List<ServerView> servers = servers(turn, name, backend, earlier, mayDiffer);
        Optional<EventId> relieved = Ejecting.relieve(turn, backend, servers);
        if (relieved.isPresent()) {
            servers = servers(turn, name, backend, earlier, mayDiffer);
        }
        if (before.isEmpty() || !same(before.get(), backend, servers)) {
            boolean panic = Serving.panic(servers, backend.panic());
            List<Integer> candidates = Serving.candidates(servers, panic);
            BackendView after =
                    new BackendView(
                            name,
                            backend,
                            servers,
                            candidates,
                            Serving.availability(servers),
                            panic);
            turn.show(after);
            EventId latest = relieved.or(() -> returned).orElse(cause);
            Announcement.of(turn, before, earlier, after, cause, latest);
        }
    }

    private static List<ServerView> servers(
            Turn turn,
            String name,
            Backend backend,
            Earlier earlier,
            Predicate<Roster.Entry> mayDiffer) {
        List<Roster.Entry> entries = turn.targets.roster().of(name);
        List<ServerView> servers = new ArrayList<>(entries.size());
        Map<String, SlowStarts.Ramp> ramps = new HashMap<>();
        for (Roster.Entry entry : entries) {
            Optional<ServerView> was = earlier.view(servers.size(), entry.id());
            servers.add(
                    was.isPresent() && !mayDiffer.test(entry)
                            ? was.get()
                            : view(turn, backend, entry, was, ramps));
        }
        turn.slowStarts = turn.slowStarts.with(name, ramps);
        return servers;
    }

    private static boolean same(BackendView before, Backend backend, List<ServerView> servers) {
        return before.backend().equals(backend) && before.servers().equals(servers);
    }

    private static ServerView view(
            Turn turn,
            Backend backend,
            Roster.Entry entry,
            Optional<ServerView> was,
            Map<String, SlowStarts.Ramp> ramps) {
        ServerId id = entry.id();
        Server server = entry.server();
        HealthState known = health(turn, backend, entry, was);
        ServerState state = turn.changes.state(id);
        Optional<Ejection> ejection = turn.ejections.shown(id);
        boolean ejected = ejection.isPresent();
        Optional<SlowStarts.Ramp> ramp =
                ramp(turn, id, server, known.health(), state, ejected, was);
        int full = server.weight() * 1000;
        int share = full;
        if (ramp.isPresent()) {
            ramps.put(id.server(), ramp.get());
            share = ramp.get().share(full, turn.now.nanos());
        }
        if (was.isPresent() && shows(was.get(), server, known, state, share, ejection)) {
            return was.get();
        }
        return new ServerView(
                id,
                server,
                known.health(),
                state,
                Serving.standing(known.health(), state, ejected),
                share,
                known.reason(),
                known.since(),
                ejection);
    }

    /** Whether a view shows this: nearly all that are asked about stay as they are. */
    private static boolean shows(
            ServerView view,
            Server server,
            HealthState known,
            ServerState state,
            int share,
            Optional<Ejection> ejection) {
        return view.health() == known.health()
                && view.state() == state
                && view.share() == share
                && view.reason().equals(known.reason())
                && view.since().equals(known.since())
                && view.ejection().equals(ejection)
                && view.server().equals(server);
    }

    private static HealthState health(
            Turn turn, Backend backend, Roster.Entry entry, Optional<ServerView> was) {
        if (backend.healthCheck().isEmpty()) {
            return assumed(Health.HEALTHY, NO_CHECK, turn, was);
        }
        return turn.targets
                .health(entry)
                .orElseGet(() -> assumed(Health.UNKNOWN, IN_MAINTENANCE, turn, was));
    }

    /** What a target that replaces the server's earlier one takes over from it. */
    static HealthState inherited(ServerView was) {
        String reason = was.reason().equals(NO_CHECK) ? BEFORE_CHECKS : was.reason();
        return HealthState.of(was.health(), reason, was.since());
    }

    private static HealthState assumed(
            Health health, String reason, Turn turn, Optional<ServerView> was) {
        Instant since =
                was.filter(view -> view.health() == health && view.reason().equals(reason))
                        .map(ServerView::since)
                        .orElse(turn.now.wall());
        return HealthState.of(health, reason, since);
    }

    /**
     * A server starts slowly when it serves anew: healthy again, back from maintenance or an
     * ejection, added, or at another address; not while the node itself starts. The time runs from
     * then, also while it is drained.
     */
    private static Optional<SlowStarts.Ramp> ramp(
            Turn turn,
            ServerId id,
            Server server,
            Health health,
            ServerState state,
            boolean ejected,
            Optional<ServerView> was) {
        boolean serves = health == Health.HEALTHY && state != ServerState.MAINT && !ejected;
        boolean served =
                was.isPresent()
                        && was.get().health() == Health.HEALTHY
                        && was.get().state() != ServerState.MAINT
                        && was.get().ejection().isEmpty()
                        && was.get().server().address().equals(server.address());
        return turn.slowStarts.next(
                id,
                serves ? server.slowStart() : Duration.ZERO,
                !served && turn.before.targets.checked(),
                turn.now.nanos());
    }
}
