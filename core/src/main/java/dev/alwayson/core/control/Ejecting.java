package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Serving;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.DurationText;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ejects servers whose requests keep failing, and lets them return: when their time is over, or
 * earlier where too few others are left, and never because a health check succeeds, for it
 * succeeded before, too.
 */
final class Ejecting {

    private Ejecting() {}

    static void tried(Turn turn, Input.Tried tried) {
        tried.servers().forEach(each -> tried(turn, each));
    }

    private static void tried(Turn turn, ServerTries tries) {
        ServerId id = tries.server();
        Optional<Eject> rule = turn.backend(id.backend()).flatMap(Backend::eject);
        Optional<BackendView> backend = turn.shown(id.backend());
        Optional<ServerView> server = backend.flatMap(view -> serving(view, tries));
        if (rule.isEmpty() || backend.isEmpty() || server.isEmpty()) {
            return;
        }
        Conduct conduct =
                turn.ejections
                        .of(id)
                        .orElseGet(() -> Conduct.good(tries.address()))
                        .after(tries, rule.get(), turn.now.nanos());
        turn.ejections = turn.ejections.with(id, conduct);
        boolean tooMany = tries.failed() > 0 && conduct.failures() >= rule.get().failures();
        if (tooMany && hasRoom(backend.get(), rule.get())) {
            eject(turn, id, conduct, rule.get());
        }
    }

    private static Optional<ServerView> serving(BackendView backend, ServerTries tries) {
        return backend.servers().stream()
                .filter(view -> view.id().equals(tries.server()))
                .filter(view -> view.server().address().equals(tries.address()))
                .filter(view -> Serving.able(view.standing()))
                .findFirst();
    }

    private static boolean hasRoom(BackendView backend, Eject rule) {
        return Serving.ejected(backend.servers())
                < Serving.mostEjected(backend.servers(), rule.share());
    }

    private static void eject(Turn turn, ServerId id, Conduct conduct, Eject rule) {
        int times = conduct.nextTimes(rule, turn.now.nanos());
        Duration length = Conduct.length(rule, times);
        String reason =
                "%d requests in a row failed within %s"
                        .formatted(conduct.failures(), DurationText.format(rule.within()));
        EventId event =
                turn.append(
                        new Happening.ServerEjected(
                                id.backend(),
                                id.server(),
                                reason,
                                DurationText.format(length),
                                times),
                        Optional.empty());
        Ejection shown = new Ejection(reason, times, turn.now.wall(), turn.now.wall().plus(length));
        turn.ejections =
                turn.ejections.with(
                        id,
                        conduct.ejected(
                                new Conduct.Term(shown, event),
                                turn.now.nanos() + length.toNanos()));
        Views.refresh(turn, id.backend(), event);
    }

    /**
     * Ends what is over, and forgets servers that are gone or are others now.
     *
     * @return the event of the last end that there is to tell
     */
    static Optional<EventId> settle(Turn turn, String name, Backend backend) {
        Optional<EventId> told = Optional.empty();
        for (Map.Entry<String, Conduct> one : turn.ejections.of(name).entrySet()) {
            ServerId id = new ServerId(name, one.getKey());
            Conduct conduct = one.getValue();
            Server server = backend.servers().get(one.getKey());
            if (server == null) {
                turn.ejections = turn.ejections.without(id);
            } else {
                Optional<EventId> earlier = told;
                told = settle(turn, id, conduct, server, backend).or(() -> earlier);
            }
        }
        return told;
    }

    private static Optional<EventId> settle(
            Turn turn, ServerId id, Conduct conduct, Server server, Backend backend) {
        Optional<String> other = other(turn, id, conduct, server, backend);
        if (other.isPresent()) {
            turn.ejections = turn.ejections.without(id);
            return tell(turn, id, conduct, other.get());
        }
        boolean over = turn.now.nanos() - conduct.endNanos() >= 0;
        return conduct.term().isPresent() && over
                ? end(turn, id, conduct, "its time is over")
                : Optional.empty();
    }

    /** Why what is remembered of the server no longer counts. */
    private static Optional<String> other(
            Turn turn, ServerId id, Conduct conduct, Server server, Backend backend) {
        if (backend.eject().isEmpty()) {
            return Optional.of("eject is off");
        }
        if (!server.address().equals(conduct.address())) {
            return Optional.of("it has another address");
        }
        return turn.changes.state(id) == ServerState.MAINT
                ? Optional.of("it is in maintenance")
                : Optional.empty();
    }

    /**
     * Lets servers return, those first whose time is over first, where more are ejected than may
     * be: others have gone.
     *
     * @param servers as they would be shown
     * @return the event that told the last one; empty if nobody returns
     */
    static Optional<EventId> relieve(Turn turn, Backend backend, List<ServerView> servers) {
        Optional<Eject> rule = backend.eject();
        if (rule.isEmpty()) {
            return Optional.empty();
        }
        int most = Serving.mostEjected(servers, rule.get().share());
        return servers.stream()
                .filter(view -> view.standing() == Standing.EJECTED)
                .map(ServerView::id)
                .sorted(
                        Comparator.comparingLong(
                                id -> conduct(turn, id).endNanos() - turn.now.nanos()))
                .limit(Math.max(0, Serving.ejected(servers) - most))
                .toList()
                .stream()
                .flatMap(
                        id -> end(turn, id, conduct(turn, id), "too few others can serve").stream())
                .reduce((_, last) -> last);
    }

    private static Conduct conduct(Turn turn, ServerId id) {
        return turn.ejections.of(id).orElseThrow();
    }

    private static Optional<EventId> end(Turn turn, ServerId id, Conduct conduct, String why) {
        turn.ejections = turn.ejections.with(id, conduct.returned(turn.now.nanos()));
        return tell(turn, id, conduct, why);
    }

    private static Optional<EventId> tell(Turn turn, ServerId id, Conduct conduct, String why) {
        return conduct.term()
                .map(term ->
                        turn.append(
                                new Happening.ServerReturned(id.backend(), id.server(), why),
                                Optional.of(term.event())));
    }
}
