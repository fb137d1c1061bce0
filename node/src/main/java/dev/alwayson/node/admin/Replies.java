package dev.alwayson.node.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers as JSON. */
final class Replies {

    private Replies() {}

    static void send(ServerResponse response, int status, JsonNode body) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send((body + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void refuse(ServerResponse response, Refusal refusal) {
        if (refusal.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        send(response, refusal.status(), body(refusal));
    }

    static ObjectNode body(Refusal refusal) {
        ObjectNode body = object();
        body.putObject("error")
                .put("what", refusal.what())
                .put("why", refusal.why())
                .put("next", refusal.next());
        return body;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
