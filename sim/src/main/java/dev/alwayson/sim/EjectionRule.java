package dev.alwayson.sim;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Servers are ejected for failures and for nothing else, never more than the share, each for as
 * long as was told: not longer, and not shorter because a check succeeds. Each time in succession
 * is twice as long as the one before, up to the bound; who has served for that long since begins
 * again. Where ejection is off, failures change nothing.
 */
final class EjectionRule implements Rule {

    private final SimulatedTime time;
    private final Map<ServerId, Long> ends = new HashMap<>();
    private final Map<ServerId, Past> pasts = new HashMap<>();

    /**
     * What the next ejection depends on.
     *
     * @param times how often it was ejected in succession
     * @param returned when it came back, or will, in nanoseconds from the beginning
     */
    private record Past(HostAndPort address, int times, long returned) {}

    EjectionRule(SimulatedTime time) {
        this.time = time;
    }

    @Override
    public void check(Observed step) {
        if (step.input() instanceof Input.Tried tried && allOff(tried, step.facts())) {
            Violation.unless(
                    step.effects().isEmpty(), "ejection is off, and failures changed something");
        }
        for (Effect.Append append : step.effects(Effect.Append.class)) {
            switch (append.event().happening()) {
                case Happening.ServerEjected ejected -> ejected(ejected, step);
                case Happening.ServerReturned returned -> returned(returned, step);
                default -> {}
            }
        }
        ends.keySet().removeIf(id -> step.facts().server(id).isEmpty());
        pasts.entrySet().removeIf(one -> forgotten(one.getKey(), one.getValue(), step.facts()));
        step.snapshot().ifPresent(this::bounded);
    }

    private static boolean allOff(Input.Tried tried, Facts facts) {
        return tried.servers().stream().allMatch(each -> rule(each.server(), facts).isEmpty());
    }

    private static Optional<Eject> rule(ServerId id, Facts facts) {
        return facts.configuration()
                .map(runs -> runs.backends().get(id.backend()))
                .flatMap(Backend::eject);
    }

    private void ejected(Happening.ServerEjected told, Observed step) {
        ServerId id = new ServerId(told.backend(), told.server());
        Eject rule =
                rule(id, step.facts())
                        .orElseThrow(() -> new Violation(id + " is ejected, and that is off"));
        Violation.unless(
                step.input() instanceof Input.Tried tried
                        && tried.servers().stream()
                                .anyMatch(each -> failed(each, id, step.facts())),
                "%s is ejected, and none of its requests failed",
                id);
        int times = times(id, rule);
        long length = DurationText.parse(told.length()).toNanos();
        long expected =
                Math.min(rule.max().toNanos(), rule.base().toNanos() << Math.min(times - 1, 20));
        Violation.unless(
                told.times() == times && length == expected,
                "%s is ejected for %s, time %d, and it is time %d: %d ms",
                id,
                told.length(),
                told.times(),
                times,
                expected / 1_000_000);
        HostAndPort address = step.facts().server(id).orElseThrow().address();
        pasts.put(id, new Past(address, times, time.elapsed() + length));
        ends.put(id, time.elapsed() + length);
    }

    /** Which time in succession it is now: the first one again after it has served for long. */
    private int times(ServerId id, Eject rule) {
        return Optional.ofNullable(pasts.get(id))
                .filter(past -> time.elapsed() - past.returned() < rule.max().toNanos())
                .map(past -> past.times() + 1)
                .orElse(1);
    }

    /** Whether it is another server now, or an operator has seen to it. */
    private static boolean forgotten(ServerId id, Past past, Facts facts) {
        return !facts.server(id).map(Server::address).equals(Optional.of(past.address()))
                || rule(id, facts).isEmpty()
                || facts.state(id) == ServerState.MAINT;
    }

    private static boolean failed(ServerTries tries, ServerId id, Facts facts) {
        return tries.server().equals(id)
                && facts.server(id).map(Server::address).equals(Optional.of(tries.address()))
                && tries.failed() > 0
                && tries.failed() >= tries.answered();
    }

    private void returned(Happening.ServerReturned told, Observed step) {
        ServerId id = new ServerId(told.backend(), told.server());
        Long end = ends.remove(id);
        pasts.computeIfPresent(
                id, (_, past) -> new Past(past.address(), past.times(), time.elapsed()));
        boolean succeeded =
                step.input() instanceof Input.Probed probed && probed.result().success();
        Violation.unless(
                end != null && (!succeeded || time.elapsed() >= end || full(id, step)),
                "%s is back because a check succeeded",
                id);
    }

    /** Whether no other server of the backend may be ejected. */
    private static boolean full(ServerId id, Observed step) {
        BackendView view =
                Objects.requireNonNull(step.snapshot().orElseThrow().backends().get(id.backend()));
        return ejected(view) + 1 > most(view);
    }

    private static long ejected(BackendView view) {
        return able(view).filter(server -> server.ejection().isPresent()).count();
    }

    private static double most(BackendView view) {
        double share = view.backend().eject().map(rule -> rule.share().ratio()).orElse(0.0);
        return share * able(view).count() + 1e-9;
    }

    private static Stream<ServerView> able(BackendView view) {
        return view.servers().stream()
                .filter(server -> server.state() == ServerState.READY)
                .filter(server -> server.health() != Health.UNHEALTHY);
    }

    private void bounded(Snapshot snapshot) {
        snapshot.backends().values().forEach(this::bounded);
    }

    private void bounded(BackendView view) {
        Violation.unless(
                ejected(view) <= most(view),
                "%d servers of %s are ejected, of %d",
                ejected(view),
                view.name(),
                able(view).count());
        for (ServerView server : view.servers()) {
            Long end = ends.get(server.id());
            Violation.unless(
                    server.ejection().isEmpty() || (end != null && time.elapsed() <= end),
                    "%s is ejected for longer than was told",
                    server.id());
        }
    }
}
