package dev.alwayson.node.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands before every page: admits or refuses, and sets the headers that all answers have. Closes
 * the connection where the client asked for it, which the server itself does not.
 */
final class Doorkeeper implements Filter {

    private final Supplier<Admission> admission;

    Doorkeeper(Supplier<Admission> admission) {
        this.admission = admission;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff");
        Optional<Refusal> refusal = admission.get().refuse(Asked.of(request));
        if (refusal.isPresent()) {
            Replies.refuse(response, refusal.get());
        } else {
            chain.proceed();
        }
        if (request.headers()
                .first(HeaderNames.CONNECTION)
                .filter("close"::equalsIgnoreCase)
                .isPresent()) {
            throw new CloseConnectionException("the client asked for it");
        }
    }
}
