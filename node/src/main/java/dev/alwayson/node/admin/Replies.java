package dev.alwayson.node.admin;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The forms of all answers. What HEAD asks for has the head that GET would get, and no body. */
final class Replies {

    private static final String JSON = "application/json";

    private Replies() {}

    static void send(ServerRequest request, ServerResponse response, int status, JsonNode body) {
        send(request, response, status, JSON, bytes(body));
    }

    static void send(
            ServerRequest request,
            ServerResponse response,
            int status,
            String contentType,
            byte[] body) {
        response.status(Status.create(status)).header(HeaderNames.CONTENT_TYPE, contentType);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
            response.send(new byte[0]);
        } else {
            response.send(body);
        }
    }

    static void refuse(ServerRequest request, ServerResponse response, Refusal refusal) {
        if (refusal.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        send(request, response, refusal.status(), body(refusal));
    }

    /**
     * What the server refuses before any page is asked has the same form. Such a request may have
     * neither method nor path; a message is not there for every refusal, whatever its type says.
     */
    static void refuseBadRequests(DirectHandlers.Builder handlers) {
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(
                    type,
                    (request, event, status, headers, message) -> {
                        boolean version = status.equals(Status.HTTP_VERSION_NOT_SUPPORTED_505);
                        Refusal refusal =
                                new Refusal(
                                        status.code(),
                                        (request.method() + " " + request.path()).strip(),
                                        version
                                                ? "the admin server speaks HTTP/1.1 only"
                                                : Objects.requireNonNullElse(
                                                        message, status.reasonPhrase()),
                                        version ? "ask with HTTP/1.1" : "see docs/api.md");
                        return DirectHandler.TransportResponse.builder()
                                .status(status)
                                .headers(headers)
                                .header(HeaderNames.CONTENT_TYPE, JSON)
                                .header(HeaderNames.CACHE_CONTROL, "no-store")
                                .header(Doorkeeper.CONTENT_TYPE_OPTIONS, "nosniff")
                                .keepAlive(event.keepAlive())
                                .entity(bytes(body(refusal)))
                                .build();
                    });
        }
    }

    private static ObjectNode body(Refusal refusal) {
        ObjectNode body = object();
        body.putObject("error")
                .put("what", refusal.what())
                .put("why", refusal.why())
                .put("next", refusal.next());
        return body;
    }

    private static byte[] bytes(JsonNode body) {
        return (body + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
