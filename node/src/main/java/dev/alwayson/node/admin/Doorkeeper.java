package dev.alwayson.node.admin;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands before every page: admits or refuses, and sets the headers that all answers have. Closes
 * the connection where the client asked for it, which the server itself does not, and after each
 * answer to a stranger: by asking again and again one could keep others out.
 */
final class Doorkeeper implements Filter {

    static final HeaderName CONTENT_TYPE_OPTIONS = HeaderNames.create("X-Content-Type-Options");

    private static final int MOST_BODY_KIBS = 64;

    private final Supplier<Admission> admission;
    private final AdmissionDeadline deadline;

    Doorkeeper(Supplier<Admission> admission, AdmissionDeadline deadline) {
        this.admission = admission;
        this.deadline = deadline;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(CONTENT_TYPE_OPTIONS, "nosniff");
        Asked asked = Asked.of(request);
        Optional<Refusal> refusal = tooLarge(request).or(() -> admission.get().refuse(asked));
        boolean stranger = refusal.isPresent() || asked.openToAll();
        if (stranger) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        } else {
            deadline.over();
        }
        if (refusal.isPresent()) {
            Replies.refuse(request, response, refusal.get());
        } else {
            chain.proceed();
        }
        if (stranger) {
            readToItsEnd(request);
            throw new CloseConnectionException("a stranger was answered");
        }
        if (request.headers()
                .first(HeaderNames.CONNECTION)
                .filter("close"::equalsIgnoreCase)
                .isPresent()) {
            throw new CloseConnectionException("the client asked for it");
        }
    }

    /** A client that still writes its body would miss the answer if the connection was reset. */
    private static void readToItsEnd(RoutingRequest request) {
        if (!request.content().consumed()) {
            request.content().consume();
        }
    }

    private static Optional<Refusal> tooLarge(RoutingRequest request) {
        return request.headers().contentLength().orElse(0) <= MOST_BODY_KIBS * 1024L
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                413,
                                request.prologue().method().text() + " " + request.path().path(),
                                "the body is larger than " + MOST_BODY_KIBS + " KiB",
                                "send an empty one: no page reads it"));
    }
}
