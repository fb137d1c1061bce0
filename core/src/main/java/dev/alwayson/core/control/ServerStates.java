package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out what operators want of servers: it holds at once, and the command is answered when it
 * is stored.
 */
final class ServerStates {

    private static final Effect.Outcome DONE = new Effect.Outcome.Done();

    private ServerStates() {}

    static void set(Turn turn, Input.SetServerState command) {
        ServerState from = turn.changes.state(command.server());
        boolean configured = turn.configuration.filter(it -> it.has(command.server())).isPresent();
        boolean undoes = from != ServerState.READY && command.state() == ServerState.READY;
        if (!configured && !undoes) {
            turn.add(new Effect.Answer(command.command(), unknown(turn, command.server())));
        } else if (from == command.state()) {
            repeat(turn, command.command());
        } else {
            EventId change = change(turn, command, from);
            if (configured) {
                show(turn, command, from, change);
            }
            save(turn, command.command(), Optional.of(change));
        }
    }

    private static EventId change(Turn turn, Input.SetServerState command, ServerState from) {
        turn.changes = turn.changes.with(command.server(), command.state());
        return turn.append(
                new Happening.ServerStateChanged(
                        command.server().backend(),
                        command.server().server(),
                        from.word(),
                        command.state().word(),
                        command.by()),
                Optional.empty());
    }

    /** The other backends are those with servers in maintenance that share the target. */
    private static void show(
            Turn turn, Input.SetServerState command, ServerState from, EventId change) {
        Set<String> backends = new LinkedHashSet<>(List.of(command.server().backend()));
        if (from == ServerState.MAINT || command.state() == ServerState.MAINT) {
            backends.addAll(turn.targets.roster().sharing(command.server()));
            Probing.assign(turn);
            backends.addAll(turn.targets.roster().sharing(command.server()));
        }
        backends.forEach(name -> Views.refresh(turn, name, change));
    }

    /** What already holds is stored, on its way to the store, or stored once more. */
    private static void repeat(Turn turn, long command) {
        if (turn.changes.version() <= turn.saves.stored()) {
            turn.add(new Effect.Answer(command, DONE));
        } else if (turn.saves.inFlight(turn.changes.version())) {
            await(turn, command, Optional.empty());
        } else {
            save(turn, command, Optional.empty());
        }
    }

    private static void save(Turn turn, long command, Optional<EventId> change) {
        turn.add(new Effect.SaveRuntime(turn.changes));
        await(turn, command, change);
    }

    private static void await(Turn turn, long command, Optional<EventId> change) {
        if (turn.saves.full()) {
            String problem = Saves.MOST_WAITING + " changes already wait to be stored";
            turn.add(new Effect.Answer(command, new Effect.Outcome.NotStored(problem)));
        } else {
            turn.saves =
                    turn.saves.with(new Saves.Waiting(command, turn.changes.version(), change));
        }
    }

    /** The store has the version, and with it all before; or could not take it. */
    static void saved(Turn turn, Input.RuntimeSaved saved) {
        if (saved.version() <= turn.saves.stored()) {
            return;
        }
        List<Saves.Waiting> answered = turn.saves.upTo(saved.version());
        Effect.Outcome outcome = DONE;
        if (saved.problem().isPresent()) {
            String problem = saved.problem().get();
            outcome = new Effect.Outcome.NotStored(problem);
            Optional<EventId> change =
                    answered.stream()
                            .flatMap(one -> one.change().stream())
                            .reduce((_, last) -> last);
            turn.append(new Happening.RuntimeChangeNotStored(problem), change);
        }
        for (Saves.Waiting one : answered) {
            turn.add(new Effect.Answer(one.command(), outcome));
        }
        long stored = saved.problem().isPresent() ? turn.saves.stored() : saved.version();
        turn.saves = turn.saves.answered(saved.version(), stored);
    }

    private static Effect.Outcome unknown(Turn turn, ServerId id) {
        List<String> known = new ArrayList<>();
        turn.configuration.ifPresent(configuration -> {
            for (Map.Entry<String, Backend> one : configuration.backends().entrySet()) {
                one.getValue().servers().keySet().forEach(s -> known.add(one.getKey() + "/" + s));
            }
        });
        String nearest = NearestWord.to(id.toString(), known).orElse("");
        return new Effect.Outcome.Unknown(id.toString(), nearest);
    }
}
