package dev.alwayson.node.admin;

import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The body of a request, which no page reads: its end tells that the request has come whole. Used
 * on the connection's own thread, on which it waits for the client.
 */
final class RequestBody {

    private static final int MOST_KIBS = 64;
    private static final long MOST_BYTES = MOST_KIBS * 1024;

    private RequestBody() {}

    /** Refuses what says that it is too large, before anything of it is read. */
    static Optional<Refusal> tooLarge(ServerRequest request) {
        return request.headers().contentLength().orElse(0) <= MOST_BYTES
                ? Optional.empty()
                : Optional.of(refusedSize(request));
    }

    /**
     * Reads it, told to send it if the client waits for that; refuses one that breaks off, or that
     * did not say how large it is and is too large.
     */
    static Optional<Refusal> unfit(ServerRequest request) {
        if (request.content().consumed()) {
            return Optional.empty();
        }
        try {
            long octets =
                    request.content().inputStream().transferTo(OutputStream.nullOutputStream());
            return octets <= MOST_BYTES ? Optional.empty() : Optional.of(refusedSize(request));
        } catch (RequestException e) {
            return Optional.of(
                    e.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413)
                            ? refusedSize(request)
                            : refusedPart(request));
        } catch (IOException | RuntimeException e) {
            return Optional.of(refusedPart(request));
        }
    }

    /**
     * Reads what a refused client still writes, which would miss the answer if the connection was
     * reset. Where it breaks off there is nobody left to answer.
     */
    static void readToItsEnd(ServerRequest request) {
        if (request.content().consumed()) {
            return;
        }
        try {
            request.content().consume();
        } catch (RuntimeException e) {
            throw new CloseConnectionException("the body broke off", e);
        }
    }

    private static Refusal refusedSize(ServerRequest request) {
        return refusedSize(what(request));
    }

    /** Refuses one that is too large. */
    static Refusal refusedSize(String what) {
        return new Refusal(
                413,
                what,
                "the body is larger than " + MOST_KIBS + " KiB",
                "send an empty one: no page reads it");
    }

    private static Refusal refusedPart(ServerRequest request) {
        return new Refusal(
                400,
                what(request),
                "the body did not come whole, nothing was done",
                "send it again, with an empty body");
    }

    private static String what(ServerRequest request) {
        return request.prologue().method().text() + " " + request.path().path();
    }
}
