package dev.alwayson.cli;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks one node's admin API. */
final class AdminClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** The node itself takes up to 10 s for a change, and then answers that it was not enough. */
    private static final Duration DONE = Duration.ofSeconds(30);

    private static final String NOT_US = "what answers there is not Always On";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HostAndPort node;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * @param token empty if the node asks for none
     */
    AdminClient(HostAndPort node, String token) {
        this.node = node;
        this.token = token;
    }

    JsonNode get(String path) throws Unreachable, Refused, InterruptedException {
        return ask(question(path));
    }

    JsonNode post(String path) throws Unreachable, Refused, InterruptedException {
        return ask(command(path));
    }

    HttpRequest question(String path) throws Refused {
        return request(path).GET().timeout(ANSWER).build();
    }

    HttpRequest command(String path) throws Refused {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody())
                .timeout(DONE)
                .build();
    }

    /** The lines of a stream of events that has no end. */
    InputStream stream(String path) throws Unreachable, Refused, InterruptedException {
        HttpRequest request = request(path).GET().build();
        HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refused(
                    response.statusCode(),
                    new String(body.readNBytes(65_536), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreachable(why(e, request));
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private JsonNode ask(HttpRequest request) throws Unreachable, Refused, InterruptedException {
        HttpResponse<String> response =
                send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        JsonNode body = json(response.body());
        if (response.statusCode() == 200 || body.has("applied")) {
            return body;
        }
        throw refused(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws Unreachable, InterruptedException {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw unreachable(why(e, request));
        }
    }

    private HttpRequest.Builder request(String path) throws Refused {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create("http://" + node + path));
        } catch (IllegalArgumentException e) {
            throw new Refused(node + ": cannot stand in a URL; name another with --admin");
        }
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String why(IOException failure, HttpRequest request) {
        String message = Optional.ofNullable(failure.getMessage()).orElse("");
        return switch (failure) {
            case HttpConnectTimeoutException _ ->
                    "no connection within " + CONNECT.toSeconds() + "s";
            case HttpTimeoutException _ ->
                    "no answer within " + request.timeout().orElseThrow().toSeconds() + "s";
            case ProtocolException _ -> NOT_US;
            case ConnectException _ when unknownHost(failure) -> "no such host is known";
            case ConnectException _ -> message.isEmpty() ? "connection refused" : message;
            default -> "the connection broke" + (message.isEmpty() ? "" : ": " + message);
        };
    }

    private static boolean unknownHost(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof UnresolvedAddressException || (cause != null && unknownHost(cause));
    }

    private JsonNode json(String body) throws Unreachable {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw unreachable(NOT_US);
        }
    }

    private Refused refused(int status, String body) throws Unreachable {
        JsonNode error = json(body).path("error");
        if (error.isMissingNode()) {
            throw unreachable("it answered with status " + status);
        }
        return new Refused(
                error.path("what").asString("")
                        + ": "
                        + error.path("why").asString("")
                        + "; "
                        + error.path("next").asString(""));
    }

    private Unreachable unreachable(String why) {
        return new Unreachable(
                node
                        + ": no node answers there ("
                        + why
                        + "); start it (alwayson run), or name another with --admin");
    }
}
