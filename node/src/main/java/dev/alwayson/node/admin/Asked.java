package dev.alwayson.node.admin;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * What of a request decides whether it is admitted. Header values are empty where a header is
 * absent.
 */
record Asked(
        String path,
        String host,
        Optional<String> origin,
        Optional<String> fetchSite,
        String authorization) {

    private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    /** All that decide but Host, of which the server itself takes one alone. */
    private static final List<HeaderName> DECIDING =
            List.of(
                    HeaderNames.ORIGIN,
                    SEC_FETCH_SITE,
                    HeaderNames.CONTENT_TYPE,
                    HeaderNames.AUTHORIZATION);

    /**
     * Refuses a request of which another reader could take another value than is looked at here.
     */
    static Optional<Refusal> twofold(ServerRequest request) {
        return DECIDING.stream()
                .filter(name -> request.headers().all(name, List::of).size() > 1)
                .findFirst()
                .map(name ->
                        new Refusal(
                                400,
                                name.defaultCase(),
                                "this header stands there more than once",
                                "send it once"));
    }

    static Asked of(ServerRequest request) {
        return new Asked(
                request.path().path(),
                header(request, HeaderNames.HOST).orElse(""),
                header(request, HeaderNames.ORIGIN),
                header(request, SEC_FETCH_SITE),
                header(request, HeaderNames.AUTHORIZATION).orElse(""));
    }

    boolean openToAll() {
        return path.equals("/health") || path.startsWith("/health/");
    }

    private static Optional<String> header(ServerRequest request, HeaderName name) {
        return request.headers().first(name);
    }
}
