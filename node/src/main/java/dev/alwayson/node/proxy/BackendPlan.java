package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.RetryBudget;
import dev.alwayson.core.setting.HostAndPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A backend of a snapshot, made ready for the event loops: durations in nanoseconds, answers as
 * bytes, servers with their loads. Immutable; shared by the loops.
 *
 * @param addresses where each server is, in the order of the view's servers
 * @param fixedAnswer what is sent while no server can serve; absent if nothing is
 * @param fallback the backend that serves instead
 * @param failures the statuses that count as failures of the server
 */
record BackendPlan(
        BackendView view,
        List<ServerLoad> loads,
        List<ServerAddress> addresses,
        BackendLoad load,
        RetryBudget budget,
        AtomicReference<Optional<FixedAnswer>> fixedAnswer,
        Optional<String> fallback,
        int connectMillis,
        long responseNanos,
        long attemptNanos,
        long queueNanos,
        List<Integer> failures) {

    static BackendPlan of(
            BackendView view,
            Map<String, ServerLoad> loads,
            Map<HostAndPort, ServerAddress> addresses,
            BackendLoad load,
            RetryBudget budget,
            AtomicReference<Optional<FixedAnswer>> fixedAnswer) {
        var timeouts = view.backend().timeouts();
        return new BackendPlan(
                view,
                view.servers().stream().map(s -> loads.get(s.id().server())).toList(),
                view.servers().stream().map(s -> addresses.get(s.server().address())).toList(),
                load,
                budget,
                fixedAnswer,
                view.backend().whenDown().flatMap(w -> w.backend()),
                (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeouts.connect().toMillis())),
                timeouts.response().toNanos(),
                timeouts.attempt().toNanos(),
                timeouts.queue().toNanos(),
                view.backend().eject().map(Eject::onStatus).orElse(List.of()));
    }

    /** With a view of the same servers, configured as before. */
    BackendPlan with(BackendView next) {
        return new BackendPlan(
                next,
                loads,
                addresses,
                load,
                budget,
                fixedAnswer,
                fallback,
                connectMillis,
                responseNanos,
                attemptNanos,
                queueNanos,
                failures);
    }

    String name() {
        return view.name();
    }

    Retries retries() {
        return view.backend().retries();
    }

    boolean retriesStatus(int status) {
        return contains(retries().onStatus(), status);
    }

    /** Whether the status counts as a failure of the server. */
    boolean failsStatus(int status) {
        return contains(failures, status);
    }

    private static boolean contains(List<Integer> statuses, int status) {
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i) == status) {
                return true;
            }
        }
        return false;
    }
}
