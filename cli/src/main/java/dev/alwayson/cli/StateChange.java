package dev.alwayson.cli;

import java.io.PrintWriter;
import tools.jackson.databind.JsonNode;

/** Sets a server's state, and tells what came of it. */
final class StateChange {

    private StateChange() {}

    /**
     * @return the requests that still run on the server
     */
    static int set(AdminClient client, ServerName server, String state, PrintWriter out)
            throws Unreachable, Refused, InterruptedException {
        JsonNode answer = client.post("/api/v1/servers/" + server.path() + "/" + state);
        int connections = answer.path("connections").asInt(0);
        out.println(server + " is set to " + state + "; " + remain(connections));
        if (answer.has("problem")) {
            out.println(
                    "It holds now, but a restart forgets it: "
                            + answer.path("problem").asString(""));
        }
        out.flush();
        return connections;
    }

    static String remain(int connections) {
        return switch (connections) {
            case 0 -> "no connections remain";
            case 1 -> "1 connection remains";
            default -> connections + " connections remain";
        };
    }
}
