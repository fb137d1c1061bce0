package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.alwayson.core.balance.Route;
import dev.alwayson.node.proxy.traffic.Endpoint;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A route made ready for the event loops: host and path as bytes. Immutable; shared by the loops.
 */
final class RoutePlan {

    /** In lower case, without the {@code *} of a wildcard; null for every host. */
    private final byte @Nullable [] host;

    private final boolean wildcard;

    /** The prefix; null for every path. */
    private final byte @Nullable [] path;

    private final String backend;
    private final String endpoint;

    private RoutePlan(
            byte @Nullable [] host,
            boolean wildcard,
            byte @Nullable [] path,
            String backend,
            String endpoint) {
        this.host = host;
        this.wildcard = wildcard;
        this.path = path;
        this.backend = backend;
        this.endpoint = endpoint;
    }

    static RoutePlan of(Route route) {
        String host = route.host().map(name -> name.toLowerCase(Locale.ROOT)).orElse("");
        boolean wildcard = host.startsWith("*.");
        byte[] tail = (wildcard ? host.substring(1) : host).getBytes(US_ASCII);
        return new RoutePlan(
                host.isEmpty() ? null : tail,
                wildcard,
                route.path().map(path -> path.getBytes(US_ASCII)).orElse(null),
                route.backend(),
                Endpoint.of(route));
    }

    /** The route that takes everything: a frontend's own backend. */
    static RoutePlan all(String backend) {
        return new RoutePlan(null, false, null, backend, Endpoint.DEFAULT);
    }

    String backend() {
        return backend;
    }

    /** What metrics call it. */
    String endpoint() {
        return endpoint;
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
