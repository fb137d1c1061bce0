package dev.alwayson.sim;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.time.HybridTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Events have no gaps, their times increase, each cause is an earlier event, and they alone tell
 * the health of every server and the availability of every backend.
 */
final class EventRule implements Rule {

    private final Set<EventId> seen = new HashSet<>();
    private final Map<ServerId, Health> health = new HashMap<>();
    private final Map<String, String> availability = new HashMap<>();
    private final Set<ServerId> ejected = new HashSet<>();
    private final Set<String> panicking = new HashSet<>();
    private long sequence;
    private HybridTime time;

    EventRule(long lastSequence, HybridTime lastTime) {
        sequence = lastSequence;
        time = lastTime;
    }

    @Override
    public void check(Observed step) {
        if (step.input() instanceof Input.ConfigurationLoaded) {
            forgetGone(step);
        }
        for (Effect.Append append : step.effects(Effect.Append.class)) {
            envelope(append.event());
            tell(append.event().happening());
        }
        step.snapshot().ifPresent(this::sameAsShown);
    }

    private void forgetGone(Observed step) {
        health.keySet().removeIf(id -> step.facts().server(id).isEmpty());
        ejected.removeIf(id -> step.facts().server(id).isEmpty());
        step.facts()
                .configuration()
                .ifPresent(runs -> {
                    availability.keySet().retainAll(runs.backends().keySet());
                    panicking.retainAll(runs.backends().keySet());
                });
    }

    private void envelope(Event event) {
        sequence++;
        Violation.unless(event.id().sequence() == sequence, "%s is not %d", event.id(), sequence);
        Violation.unless(event.time().compareTo(time) > 0, "%s is not after %s", event, time);
        time = event.time();
        event.cause()
                .ifPresent(cause ->
                        Violation.unless(
                                seen.contains(cause),
                                "%s has the cause %s, which is not an earlier event",
                                event,
                                cause));
        Violation.unless(
                event.cause().isPresent() || !event.happening().consequence(),
                "%s has no cause",
                event);
        seen.add(event.id());
    }

    private void tell(Happening happening) {
        switch (happening) {
            case Happening.ServerHealthChanged changed -> {
                ServerId id = new ServerId(changed.backend(), changed.server());
                Health from = health.getOrDefault(id, Health.UNKNOWN);
                Violation.unless(
                        from == changed.from() && from != changed.to(),
                        "%s was told to be %s, and now %s",
                        id,
                        from,
                        changed);
                health.put(id, changed.to());
            }
            case Happening.BackendAvailabilityChanged changed -> {
                String from = availability.getOrDefault(changed.backend(), "up");
                Violation.unless(
                        from.equals(changed.from()) && !from.equals(changed.to()),
                        "%s was told to be %s, and now %s",
                        changed.backend(),
                        from,
                        changed);
                availability.put(changed.backend(), changed.to());
            }
            case Happening.ServerEjected it -> {
                ServerId id = new ServerId(it.backend(), it.server());
                Violation.unless(ejected.add(id), "%s was told to be ejected, and now %s", id, it);
            }
            case Happening.ServerReturned it -> {
                ServerId id = new ServerId(it.backend(), it.server());
                Violation.unless(ejected.remove(id), "%s was not told to be ejected: %s", id, it);
            }
            case Happening.BackendPanicChanged it ->
                    Violation.unless(
                            it.panic()
                                    ? panicking.add(it.backend())
                                    : panicking.remove(it.backend()),
                            "%s was told so already",
                            it);
            case Happening.NodeStarted _,
                    Happening.NodeStopping _,
                    Happening.ConfigurationApplied _,
                    Happening.ConfigurationRefused _,
                    Happening.ServerStateChanged _,
                    Happening.RuntimeChangeNotStored _,
                    Happening.EventsLost _,
                    Happening.Unrecognized _ -> {}
        }
    }

    private void sameAsShown(Snapshot snapshot) {
        for (BackendView view : snapshot.backends().values()) {
            String told = availability.getOrDefault(view.name(), "up");
            Violation.unless(
                    told.equals(word(view.availability())),
                    "%s is %s and was told to be %s",
                    view.name(),
                    view.availability(),
                    told);
            Violation.unless(
                    panicking.contains(view.name()) == view.panic(),
                    "panic of %s is %s and was told to be other",
                    view.name(),
                    view.panic());
            for (ServerView server : view.servers()) {
                Violation.unless(
                        ejected.contains(server.id()) == server.ejection().isPresent(),
                        "%s was told to be ejected or not, and shows %s",
                        server.id(),
                        server.ejection());
                Health last = health.getOrDefault(server.id(), Health.UNKNOWN);
                Violation.unless(
                        last == server.health(),
                        "%s is %s and was told to be %s",
                        server.id(),
                        server.health(),
                        last);
            }
        }
    }

    private static String word(Availability availability) {
        return availability.name().toLowerCase(Locale.ROOT);
    }
}
