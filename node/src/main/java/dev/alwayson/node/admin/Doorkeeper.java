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
 * Stands before every page: admits what has come whole, or refuses, and sets the headers that all
 * answers have. Closes the connection where the client asked for it, which the server itself does
 * not, and after each answer to a stranger: by asking again and again one could keep others out.
 */
final class Doorkeeper implements Filter {

    static final HeaderName CONTENT_TYPE_OPTIONS = HeaderNames.create("X-Content-Type-Options");

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
        Optional<Refusal> stranger =
                RequestBody.tooLarge(request)
                        .or(() -> RequestTarget.otherHost(request))
                        .or(() -> Asked.twofold(request))
                        .or(() -> admission.get().refuse(asked));
        if (stranger.isPresent()) {
            refuse(request, response, stranger.get());
            RequestBody.readToItsEnd(request);
            throw new CloseConnectionException("a stranger was answered");
        }
        Optional<Refusal> unfit = RequestBody.unfit(request);
        if (unfit.isPresent()) {
            refuse(request, response, unfit.get());
            throw new CloseConnectionException("the body broke off, or is too large");
        }
        if (asked.openToAll()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            chain.proceed();
            throw new CloseConnectionException("a stranger was answered");
        }
        deadline.over();
        chain.proceed();
        if (request.headers()
                .first(HeaderNames.CONNECTION)
                .filter("close"::equalsIgnoreCase)
                .isPresent()) {
            throw new CloseConnectionException("the client asked for it");
        }
    }

    private static void refuse(RoutingRequest request, RoutingResponse response, Refusal refusal) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        Replies.refuse(request, response, refusal);
    }
}
