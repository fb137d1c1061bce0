package dev.alwayson.cli;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A server and its backend, as the status document shows them. */
record ShownServer(JsonNode backend, JsonNode server) {

    /** Empty if it is not configured. */
    static Optional<ShownServer> of(AdminClient client, ServerName name)
            throws Unreachable, Refused, InterruptedException {
        for (JsonNode backend : client.get("/api/v1/status").path("backends")) {
            for (JsonNode server : backend.path("servers")) {
                if (word(backend, "name").equals(name.backend())
                        && word(server, "name").equals(name.server())) {
                    return Optional.of(new ShownServer(backend, server));
                }
            }
        }
        return Optional.empty();
    }

    /** The requests that run on it. */
    int connections() {
        return server.path("connections").asInt(0);
    }

    boolean backendDown() {
        return word(backend, "availability").equals("down");
    }

    /** When it serves, if it is set to ready. */
    String prospect() {
        return switch (word(server, "standing")) {
            case "serving" -> "it can serve";
            case "unchecked" ->
                    "it can serve when its first check has succeeded, until then only if nobody"
                            + " else can";
            case "ejected" ->
                    "it is ejected and serves when its time is over; maint and then ready end that"
                            + " at once";
            default -> "it can serve when its checks succeed (" + word(server, "reason") + ")";
        };
    }

    private static String word(JsonNode node, String member) {
        return node.path(member).asString("");
    }
}
