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
        Violation.unless(
                view.panic() == panic(view), "panic of %s is %s", view.name(), view.panic());
        boolean someMay = servers.stream().anyMatch(server -> may(server, view.panic()));
        Violation.unless(
                view.candidates().isEmpty() != someMay,
                "%s has %d candidates, and somebody may serve: %s",
                view.name(),
                view.candidates().size(),
                someMay);
        boolean someCan = servers.stream().anyMatch(server -> may(server, false));
        Violation.unless(
                (view.availability() == Availability.DOWN) != someCan,
                "%s is %s",
                view.name(),
                view.availability());
        boolean someMust = servers.stream().anyMatch(ServingRule::must);
        for (int i = 0; i < servers.size(); i++) {
            boolean candidate = view.candidates().contains(i);
            if (view.panic()) {
                Violation.unless(
                        candidate == may(servers.get(i), true),
                        "%s is left out in panic, or is not ready",
                        servers.get(i).id());
            } else {
                check(servers.get(i), candidate, someMust);
            }
        }
    }

    /** Whether the part of the ready servers that can serve is below the threshold. */
    private static boolean panic(BackendView view) {
        double threshold = view.backend().panic().ratio();
        List<ServerView> ready =
                view.servers().stream().filter(s -> s.state() == ServerState.READY).toList();
        for (boolean backup : new boolean[] {false, true}) {
            List<ServerView> kind =
                    ready.stream().filter(s -> s.server().backup() == backup).toList();
            long able = kind.stream().filter(ServingRule::able).count();
            if (able > 0) {
                return (double) able / kind.size() < threshold;
            }
        }
        return threshold > 0 && !ready.isEmpty();
    }

    private static void check(ServerView server, boolean candidate, boolean someMust) {
        Violation.unless(
                !candidate || may(server, false),
                "%s serves and is %s",
                server.id(),
                server.standing());
        Violation.unless(candidate || !must(server), "%s is healthy and left out", server.id());
        Violation.unless(
                !candidate || !someMust || must(server),
                "%s serves beside servers that go before it",
                server.id());
        Violation.unless(
                (server.standing() == Standing.SERVING)
                        == (able(server) && server.health() == Health.HEALTHY),
                "%s stands as %s",
                server.id(),
                server.standing());
    }

    private static boolean may(ServerView server, boolean panic) {
        return server.state() == ServerState.READY
                && (panic || server.health() != Health.UNHEALTHY);
    }

    private static boolean able(ServerView server) {
        return may(server, false) && server.ejection().isEmpty();
    }

    private static boolean must(ServerView server) {
        return able(server) && server.health() == Health.HEALTHY && !server.server().backup();
    }
}
