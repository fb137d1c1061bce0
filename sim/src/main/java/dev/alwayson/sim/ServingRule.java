package dev.alwayson.sim;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.target.Health;
import java.util.List;

/** New work goes to no server that may not have it, and past none that must. */
final class ServingRule implements Rule {

    @Override
    public void check(Observed step) {
        step.snapshot().ifPresent(shown -> shown.backends().values().forEach(ServingRule::check));
    }

    private static void check(BackendView view) {
        List<ServerView> servers = view.servers();
        Violation.unless(
                view.candidates().stream().sorted().distinct().toList().equals(view.candidates()),
                "the candidates of %s are %s",
                view.name(),
                view.candidates());
        boolean someMay = servers.stream().anyMatch(ServingRule::may);
        Violation.unless(
                view.candidates().isEmpty() != someMay,
                "%s has %d candidates, and somebody may serve: %s",
                view.name(),
                view.candidates().size(),
                someMay);
        Violation.unless(
                (view.availability() == Availability.DOWN) != someMay,
                "%s is %s",
                view.name(),
                view.availability());
        boolean someMust = servers.stream().anyMatch(ServingRule::must);
        for (int i = 0; i < servers.size(); i++) {
            check(servers.get(i), view.candidates().contains(i), someMust);
        }
    }

    private static void check(ServerView server, boolean candidate, boolean someMust) {
        Violation.unless(
                !candidate || may(server), "%s serves and is %s", server.id(), server.standing());
        Violation.unless(candidate || !must(server), "%s is healthy and left out", server.id());
        Violation.unless(
                !candidate || !someMust || must(server),
                "%s serves beside servers that go before it",
                server.id());
        Violation.unless(
                (server.standing() == Standing.SERVING)
                        == (server.state() == ServerState.READY
                                && server.health() == Health.HEALTHY),
                "%s stands as %s",
                server.id(),
                server.standing());
    }

    private static boolean may(ServerView server) {
        return server.state() == ServerState.READY && server.health() != Health.UNHEALTHY;
    }

    private static boolean must(ServerView server) {
        return server.state() == ServerState.READY
                && server.health() == Health.HEALTHY
                && !server.server().backup();
    }
}
