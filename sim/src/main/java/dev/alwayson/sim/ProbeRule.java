package dev.alwayson.sim;

import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every target that a server outside maintenance refers to has exactly one probe outstanding, and
 * no other has one. Keeps for each the results that count, from which health follows.
 */
final class ProbeRule implements Rule {

    private final Map<Target, Long> outstanding = new HashMap<>();
    private final Map<Target, List<Boolean>> results = new HashMap<>();
    private final Map<Target, Health> expected = new HashMap<>();
    private final Set<Long> rounds = new HashSet<>();

    /** The servers of which something was known before this step, in the order of the file. */
    private final Map<ServerId, Known> servers = new LinkedHashMap<>();

    @Override
    public void check(Observed step) {
        if (step.input() instanceof Input.Probed probed) {
            take(probed);
        }
        Set<Target> probed = step.facts().probed();
        if (!(step.input() instanceof Input.Probed)) {
            outstanding.keySet().retainAll(probed);
            results.keySet().retainAll(probed);
            expected.keySet().retainAll(probed);
            servers.forEach((id, was) -> inherit(was, step.facts().target(id), probed));
        }
        for (Effect.Probe probe : step.effects(Effect.Probe.class)) {
            begin(probe, probed);
        }
        if (outstanding.size() != probed.size()) {
            Set<Target> lost = new HashSet<>(probed);
            lost.removeAll(outstanding.keySet());
            throw new Violation("no probe is outstanding for " + lost);
        }
        remember(step.facts());
    }

    /** A changed check, or a first one, takes over what is known of the server. */
    private void inherit(Known was, Optional<Target> is, Set<Target> probed) {
        is.filter(target -> target.address().equals(was.address()))
                .filter(target -> probed.contains(target) && !outstanding.containsKey(target))
                .ifPresent(target -> expected.putIfAbsent(target, was.health()));
    }

    private void remember(Facts facts) {
        servers.clear();
        facts.configuration()
                .ifPresent(runs ->
                        runs.backends()
                                .forEach((name, backend) ->
                                        backend.servers()
                                                .forEach((server, settings) ->
                                                        remember(
                                                                facts,
                                                                new ServerId(name, server),
                                                                settings))));
    }

    private void remember(Facts facts, ServerId id, Server settings) {
        Optional<Target> target = facts.target(id);
        Optional<Health> health =
                target.isEmpty() ? Optional.of(Health.HEALTHY) : target.flatMap(this::expected);
        health.ifPresent(known -> servers.put(id, new Known(settings.address(), known)));
    }

    private void begin(Effect.Probe probe, Set<Target> probed) {
        Target target = probe.target();
        Violation.unless(probed.contains(target), "%s is probed and nobody refers to it", target);
        Violation.unless(
                outstanding.put(target, probe.round()) == null,
                "%s has two probes outstanding",
                target);
        Violation.unless(rounds.add(probe.round()), "round %d is given twice", probe.round());
        double longest =
                target.check().interval().toNanos() * (1 + target.check().jitter().ratio());
        Duration delay = probe.delay();
        Violation.unless(
                !delay.isNegative() && delay.toNanos() <= longest,
                "%s waits %s for its next probe",
                target,
                delay);
    }

    private void take(Input.Probed probed) {
        Target target = probed.target();
        if (outstanding.remove(target, probed.round())) {
            List<Boolean> all = results.computeIfAbsent(target, _ -> new ArrayList<>());
            all.add(probed.result().success());
            if (!expected.containsKey(target)) {
                expected.put(target, health(probed.result()));
            } else if (endsWith(all, true, target.check().rise())) {
                expected.put(target, Health.HEALTHY);
            } else if (endsWith(all, false, target.check().fall())) {
                expected.put(target, Health.UNHEALTHY);
            }
        }
    }

    /** What is known of the target; empty if nothing is, as it has not answered yet. */
    Optional<Health> expected(Target target) {
        return Optional.ofNullable(expected.get(target));
    }

    private static Health health(ProbeResult result) {
        return result.success() ? Health.HEALTHY : Health.UNHEALTHY;
    }

    private static boolean endsWith(List<Boolean> results, boolean wanted, int count) {
        return results.size() >= count
                && results.subList(results.size() - count, results.size()).stream()
                        .allMatch(result -> result == wanted);
    }

    private record Known(HostAndPort address, Health health) {}
}
