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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The forms of all answers. What HEAD asks for has the head that GET would get, and no body. */
final class Replies {

    private static final String JSON = "application/json";

    /** What Helidon (4.5) says of headers above its bound, with status 400. */
    private static final String HEADERS_TOO_LARGE = "Header size exceeded";

    /** Which Helidon has no name for (RFC 6585 section 5). */
    private static final Status TOO_LARGE_HEADERS =
            Status.create(431, "Request Header Fields Too Large");

    /** One whose first line was not read to its end, not understood, or is not told by Helidon. */
    static final String NAMELESS = "the request";

    /** How it begins to say that it does not repeat what was sent. */
    private static final String UNSAFE = "Bad request, see server log";

    private static final Pattern BAD_PERCENT = Pattern.compile("%(?!\\p{XDigit}{2})");

    /** After a method and a space; with what may stand in a query (RFC 3986, 3.3 and 3.4). */
    private static final Pattern NOT_OF_A_PATH = Pattern.compile("[^\\w .~!$&'()*+,;=:@%/?#-]");

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
                        Refusal refusal =
                                badRequest(
                                        (request.method() + " " + request.path()).strip(),
                                        status,
                                        message);
                        return DirectHandler.TransportResponse.builder()
                                .status(
                                        refusal.status() == TOO_LARGE_HEADERS.code()
                                                ? TOO_LARGE_HEADERS
                                                : Status.create(refusal.status()))
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

    /**
     * @param request method and path; empty if the request line was not understood
     * @param message of Helidon (4.5), which has none that is safe where the line is wrong
     */
    private static Refusal badRequest(String request, Status status, @Nullable String message) {
        String what = request.isEmpty() ? NAMELESS : request;
        String why = Objects.requireNonNullElse(message, status.reasonPhrase());
        if (status.equals(Status.HTTP_VERSION_NOT_SUPPORTED_505)) {
            return new Refusal(
                    505, what, "the admin server speaks HTTP/1.1 only", "ask with HTTP/1.1");
        }
        if (why.equals(HEADERS_TOO_LARGE)) {
            return new Refusal(
                    TOO_LARGE_HEADERS.code(),
                    what,
                    "its headers are larger than 16 KiB",
                    "send fewer, or shorter ones");
        }
        if (status.equals(Status.REQUEST_URI_TOO_LONG_414)) {
            return new Refusal(
                    status.code(),
                    what,
                    "its first line is longer than 4 KiB",
                    "ask for a shorter path");
        }
        if (status.equals(Status.REQUEST_ENTITY_TOO_LARGE_413)) {
            return RequestBody.refusedSize(what);
        }
        if (why.startsWith(UNSAFE) && BAD_PERCENT.matcher(request).find()) {
            return new Refusal(
                    400,
                    what,
                    "its path has a % without two hexadecimal digits after it",
                    "write % itself as %25");
        }
        if (why.startsWith(UNSAFE) && NOT_OF_A_PATH.matcher(request).find()) {
            return new Refusal(
                    400,
                    what,
                    "its path has a character that is none of a path's",
                    "write it as % and two hexadecimal digits for each octet (RFC 3986, 2.1)");
        }
        boolean failed = request.isEmpty() && status.code() == 500;
        if (why.startsWith(UNSAFE) || (failed && RequestLoop.failedAtFirstLine())) {
            return new Refusal(
                    400,
                    what,
                    "its first line is not METHOD /path HTTP/1.1",
                    "ask with HTTP/1.1; see docs/api.md");
        }
        if (failed) {
            return new Refusal(
                    500,
                    what,
                    "it did not come whole, or the admin server failed at it",
                    "see the node's log");
        }
        return new Refusal(status.code(), what, why, "see docs/api.md");
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
