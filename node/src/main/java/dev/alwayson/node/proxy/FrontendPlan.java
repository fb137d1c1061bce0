package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.node.proxy.log.AccessLogFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A frontend of a snapshot, made ready for the event loops: routes as bytes, durations in
 * nanoseconds. Immutable; shared by the loops.
 *
 * @param routes in the order of the file; the last one is the frontend's own backend, if it has one
 */
record FrontendPlan(
        String name,
        Frontend frontend,
        List<RoutePlan> routes,
        Optional<AccessLogFile> log,
        AccessLog.Format logFormat,
        long requestHeadNanos,
        long idleNanos,
        long tunnelNanos) {

    static FrontendPlan of(String name, Frontend frontend, Optional<AccessLogFile> log) {
        List<RoutePlan> routes =
                new ArrayList<>(frontend.routes().stream().map(RoutePlan::of).toList());
        frontend.backend().ifPresent(backend -> routes.add(RoutePlan.all(backend)));
        return new FrontendPlan(
                name,
                frontend,
                List.copyOf(routes),
                log,
                frontend.accessLog().map(AccessLog::format).orElse(AccessLog.Format.JSON),
                frontend.timeouts().requestHead().toNanos(),
                frontend.timeouts().idle().toNanos(),
                frontend.timeouts().tunnel().toNanos());
    }

    /** The first route that takes this host and path; null if none does. */
    @Nullable RoutePlan route(
            byte[] head, int hostOffset, int hostLength, int pathOffset, int pathLength) {
        for (int i = 0; i < routes.size(); i++) {
            RoutePlan route = routes.get(i);
            if (route.takes(head, hostOffset, hostLength, pathOffset, pathLength)) {
                return route;
            }
        }
        return null;
    }
}
