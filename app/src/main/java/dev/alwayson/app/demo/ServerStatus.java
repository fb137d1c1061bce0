package dev.alwayson.app.demo;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A server as the balancer's status document shows it. */
record ServerStatus(String name, String health, String standing, int connections, String reason) {

    static List<ServerStatus> read(JsonNode status) {
        List<ServerStatus> read = new ArrayList<>();
        for (JsonNode backend : status.path("backends")) {
            for (JsonNode server : backend.path("servers")) {
                read.add(
                        new ServerStatus(
                                server.path("name").asString(),
                                server.path("health").asString(""),
                                server.path("standing").asString(""),
                                server.path("connections").asInt(0),
                                server.path("reason").asString("")));
            }
        }
        return read;
    }

    boolean healthy() {
        return health.equals("healthy");
    }
}
