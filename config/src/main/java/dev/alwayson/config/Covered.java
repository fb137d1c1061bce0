package dev.alwayson.config;

import dev.alwayson.core.balance.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The routes of a frontend so far, and whether one of them alone takes every request that a later
 * one would.
 */
final class Covered {

    private record Pattern(String host, String path) {}

    /** By what they take, each pattern's first; empty texts take everything. */
    private final Map<Pattern, Integer> routes = new HashMap<>();

    /** The index of the route that leaves nothing to this one; else this one counts from now on. */
    Optional<Integer> by(Route route, int index) {
        String host = route.host().orElse("").toLowerCase(Locale.ROOT);
        String path = route.path().orElse("");
        List<String> paths = wider(path);
        for (String widerHost : widerHosts(host)) {
            for (String widerPath : paths) {
                Integer earlier = routes.get(new Pattern(widerHost, widerPath));
                if (earlier != null) {
                    return Optional.of(earlier);
                }
            }
        }
        routes.put(new Pattern(host, path), index);
        return Optional.empty();
    }

    /** {@code a.b.c}: itself, {@code *.b.c}, {@code *.c} and all. */
    private static List<String> widerHosts(String host) {
        List<String> wider = new ArrayList<>(List.of("", host));
        String name = host.startsWith("*.") ? host.substring(2) : host;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            wider.add("*" + name.substring(dot));
        }
        return wider;
    }

    /** {@code /a/b}: itself, {@code /a/}, {@code /a}, {@code /} and all. */
    private static List<String> wider(String path) {
        List<String> wider = new ArrayList<>(List.of("", path));
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            wider.add(path.substring(0, slash + 1));
            wider.add(path.substring(0, slash));
        }
        return wider;
    }
}
