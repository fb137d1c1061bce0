package dev.alwayson.sim;

import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
        }
        for (Effect.Probe probe : step.effects(Effect.Probe.class)) {
            begin(probe, probed);
        }
        if (outstanding.size() != probed.size()) {
            Set<Target> lost = new HashSet<>(probed);
            lost.removeAll(outstanding.keySet());
            throw new Violation("no probe is outstanding for " + lost);
        }
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
            if (all.size() == 1) {
                expected.put(target, health(probed.result()));
            } else if (endsWith(all, true, target.check().rise())) {
                expected.put(target, Health.HEALTHY);
            } else if (endsWith(all, false, target.check().fall())) {
                expected.put(target, Health.UNHEALTHY);
            }
        }
    }

    /** What the results make of the target; empty if it has not answered since it is probed. */
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
}
