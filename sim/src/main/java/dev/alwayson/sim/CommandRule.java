package dev.alwayson.sim;

import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import java.util.HashMap;
import java.util.Map;

/**
 * Every command is answered exactly once; with "done" only when the store has what it asked for, or
 * something newer.
 */
final class CommandRule implements Rule {

    private final SimulatedStore store;

    /** The version of the changes that each unanswered command waits for. */
    private final Map<Long, Long> waiting = new HashMap<>();

    CommandRule(SimulatedStore store) {
        this.store = store;
    }

    @Override
    public void check(Observed step) {
        if (step.input() instanceof Input.SetServerState command) {
            RuntimeChanges now =
                    step.snapshot().map(shown -> shown.changes()).orElse(RuntimeChanges.NONE);
            waiting.put(command.command(), now.version());
        }
        for (Effect.Answer answer : step.effects(Effect.Answer.class)) {
            Long version = waiting.remove(answer.command());
            if (version == null) {
                throw new Violation("command " + answer.command() + " is answered again");
            }
            outcome(answer, version, step);
        }
        Violation.unless(
                step.effects(Effect.SaveRuntime.class).stream()
                        .noneMatch(
                                save -> save.changes().states().containsValue(ServerState.READY)),
                "a ready server is stored");
    }

    private void outcome(Effect.Answer answer, long version, Observed step) {
        switch (answer.outcome()) {
            case Effect.Outcome.Done _ ->
                    Violation.unless(
                            store.content().version() >= version,
                            "command %d is done, but the store has version %d, not %d",
                            answer.command(),
                            store.content().version(),
                            version);
            case Effect.Outcome.Unknown unknown ->
                    Violation.unless(
                            step.facts().lastWasUnknown(), "%s is not unknown", unknown.subject());
            case Effect.Outcome.NotStored _ ->
                    Violation.unless(
                            step.input() instanceof Input.RuntimeSaved saved
                                    && saved.problem().isPresent(),
                            "command %d is said not to be stored, and no save failed",
                            answer.command());
        }
    }

    @Override
    public void settled(Observed last) {
        Violation.unless(waiting.isEmpty(), "commands %s were never answered", waiting.keySet());
    }
}
