package dev.alwayson.e2e.traffic;

import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** What the status document says of a server. */
final class Statuses {

    private Statuses() {}

    /** The server's part of the document. */
    static JsonNode server(JsonNode status, String backend, String server) {
        JsonNode servers = named(status.path("backends"), backend).path("servers");
        return named(servers, server);
    }

    private static JsonNode named(JsonNode list, String name) {
        return list.valueStream()
                .filter(entry -> entry.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + ": not in " + list));
    }

    static Predicate<JsonNode> healthIs(String health, String backend, String... servers) {
        return status -> {
            for (String server : servers) {
                if (!server(status, backend, server).path("health").asString("").equals(health)) {
                    return false;
                }
            }
            return true;
        };
    }

    static int connections(JsonNode status, String backend, String server) {
        return server(status, backend, server).path("connections").asInt(-1);
    }
}
