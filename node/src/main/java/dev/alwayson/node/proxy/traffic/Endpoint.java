package dev.alwayson.node.proxy.traffic;

import dev.alwayson.core.balance.Route;

/** How a route is named in the label {@code endpoint}: never by a path that a client sent. */
public final class Endpoint {

    /** Requests that no route took, and those for which there was no time to ask. */
    public static final String DEFAULT = "default";

    private Endpoint() {}

    /** The route's host and path as they are written in the file: {@code api.example.com/v2/}. */
    public static String of(Route route) {
        String name = route.host().orElse("") + route.path().orElse("");
        return name.isEmpty() ? DEFAULT : name;
    }
}
