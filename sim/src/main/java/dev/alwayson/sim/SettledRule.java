package dev.alwayson.sim;

import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import java.util.Map;

/** After a quiet time, everything that works serves, with all its weight, and nothing else does. */
final class SettledRule implements Rule {

    private final Map<HostAndPort, Machine> machines;

    SettledRule(Map<HostAndPort, Machine> machines) {
        this.machines = machines;
    }

    @Override
    public void check(Observed step) {}

    @Override
    public void settled(Observed last) {
        Snapshot snapshot = last.snapshot().orElseThrow();
        Violation.unless(snapshot.checked(), "not every target has answered");
        snapshot.backends()
                .values()
                .forEach(view -> view.servers().forEach(server -> settled(server, last.facts())));
    }

    private void settled(ServerView server, Facts facts) {
        Machine machine = machines.get(server.server().address());
        boolean checked = facts.target(server.id()).isPresent();
        boolean works = !checked || machine == null || machine.condition() == Machine.Condition.UP;
        if (server.state() == ServerState.READY) {
            Violation.unless(
                    server.standing() == (works ? Standing.SERVING : Standing.DOWN),
                    "%s stands as %s after a quiet time",
                    server.id(),
                    server.standing());
        }
        if (server.state() != ServerState.MAINT) {
            Violation.unless(
                    server.health() == (works ? Health.HEALTHY : Health.UNHEALTHY),
                    "%s is %s after a quiet time",
                    server.id(),
                    server.health());
        }
        Violation.unless(
                server.share() == server.server().weight() * 1000,
                "%s still starts slowly",
                server.id());
    }
}
