package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Route;
import java.util.List;
import java.util.Locale;
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
        long requestHeadNanos,
        long idleNanos,
        long tunnelNanos) {

    static FrontendPlan of(String name, Frontend frontend) {
        List<RoutePlan> routes =
                new java.util.ArrayList<>(frontend.routes().stream().map(RoutePlan::of).toList());
        frontend.backend()
                .ifPresent(backend -> routes.add(new RoutePlan(null, false, null, backend, "*")));
        return new FrontendPlan(
                name,
                frontend,
                List.copyOf(routes),
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

    /**
     * One route.
     *
     * @param host in lower case, without the {@code *} of a wildcard; null for every host
     * @param path the prefix; null for every path
     * @param endpoint what metrics call it
     */
    record RoutePlan(
            byte @Nullable [] host,
            boolean wildcard,
            byte @Nullable [] path,
            String backend,
            String endpoint) {

        static RoutePlan of(Route route) {
            String host = route.host().orElse(null);
            boolean wildcard = host != null && host.startsWith("*.");
            return new RoutePlan(
                    host == null
                            ? null
                            : (wildcard ? host.substring(1) : host)
                                    .toLowerCase(Locale.ROOT)
                                    .getBytes(US_ASCII),
                    wildcard,
                    route.path().map(path -> path.getBytes(US_ASCII)).orElse(null),
                    route.backend(),
                    route.host().orElse("") + route.path().orElse("*"));
        }

        boolean takes(byte[] head, int hostOffset, int hostLength, int pathOffset, int length) {
            return takesHost(head, hostOffset, hostLength) && takesPath(head, pathOffset, length);
        }

        private boolean takesHost(byte[] head, int offset, int length) {
            if (host == null) {
                return true;
            }
            int start = offset + length - host.length;
            if (wildcard ? length <= host.length : length != host.length) {
                return false;
            }
            for (int i = 0; i < host.length; i++) {
                int c = head[start + i];
                if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != host[i]) {
                    return false;
                }
            }
            return true;
        }

        /** By whole segments: {@code /a} takes {@code /a} and {@code /a/b}, never {@code /ab}. */
        private boolean takesPath(byte[] head, int offset, int length) {
            if (path == null) {
                return true;
            }
            if (length < path.length) {
                return false;
            }
            for (int i = 0; i < path.length; i++) {
                if (head[offset + i] != path[i]) {
                    return false;
                }
            }
            return length == path.length
                    || path[path.length - 1] == '/'
                    || head[offset + path.length] == '/';
        }
    }
}
