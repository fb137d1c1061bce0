package dev.alwayson.node.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/**
 * The target of a request, which may be a whole URL (RFC 9112, 3.2.2): then it tells the host, not
 * the Host header, which alone is looked at here. So the two must say the same.
 */
final class RequestTarget {

    private static final String SCHEME = "http://";

    private RequestTarget() {}

    /** Refuses a target that is neither a path nor the URL of one at the host of the header. */
    static Optional<Refusal> otherHost(ServerRequest request) {
        String target = request.prologue().uriPath().rawPath();
        String url = SCHEME + request.headers().first(HeaderNames.HOST).orElse("");
        boolean path = target.startsWith("/") || target.equals("*");
        return path || startsWith(target, url + "/") || target.equalsIgnoreCase(url)
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                400,
                                request.prologue().method().text() + " " + target,
                                "the target names another host than the header Host",
                                "ask for the path alone"));
    }

    private static boolean startsWith(String target, String url) {
        return target.regionMatches(true, 0, url, 0, url.length());
    }
}
