package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.alwayson.node.proxy.log.Ending;
import dev.alwayson.node.proxy.log.Phase;

/**
 * How a request fails on our side. Each says what the client is told: the status, the error type of
 * the Proxy-Status header (RFC 9209 §2.3) and a sentence; and what the access log says: who ended
 * it and in which phase, in the manner of HAProxy's termination state, and a reason.
 */
enum RequestFailure {
    RATE_LIMITED(
            429,
            "http_request_denied",
            Ending.PROXY,
            Phase.REQUEST,
            "rate-limited",
            "Too many requests in a short time."),
    NO_ROUTE(
            404,
            "destination_not_found",
            Ending.PROXY,
            Phase.REQUEST,
            "no-route",
            "No route takes this request."),
    NO_SERVER(
            503,
            "destination_unavailable",
            Ending.SERVER,
            Phase.CONNECT,
            "no-server",
            "No server can take it now."),
    QUEUE_FULL(
            503,
            "connection_limit_reached",
            Ending.SERVER_TIMEOUT,
            Phase.QUEUE,
            "queue-full",
            "Every server is busy."),
    QUEUE_TIMEOUT(
            503,
            "connection_limit_reached",
            Ending.SERVER_TIMEOUT,
            Phase.QUEUE,
            "queue-timeout",
            "Every server is busy."),
    UNRESOLVED(
            503,
            "dns_error",
            Ending.SERVER,
            Phase.CONNECT,
            "unresolved",
            "No server can be reached now."),
    CONNECT_REFUSED(
            503,
            "connection_refused",
            Ending.SERVER,
            Phase.CONNECT,
            "connect-refused",
            "No server can be reached."),
    CONNECT_TIMEOUT(
            503,
            "connection_timeout",
            Ending.SERVER_TIMEOUT,
            Phase.CONNECT,
            "connect-timeout",
            "No server can be reached."),
    CONNECT_UNREACHABLE(
            503,
            "destination_ip_unroutable",
            Ending.SERVER,
            Phase.CONNECT,
            "connect-unreachable",
            "No server can be reached."),
    SERVER_DOWN(
            503,
            "destination_unavailable",
            Ending.SERVER,
            Phase.CONNECT,
            "server-down",
            "No server can be reached."),
    NODE_SHORTAGE(
            503,
            "proxy_internal_error",
            Ending.SHORTAGE,
            Phase.CONNECT,
            "node-shortage",
            "No server can be reached."),
    NODE_FAULT_CONNECT(
            503,
            "proxy_internal_error",
            Ending.INTERNAL,
            Phase.CONNECT,
            "node-fault",
            "No server can be reached."),
    NODE_FAULT(
            500,
            "proxy_internal_error",
            Ending.INTERNAL,
            Phase.HEADERS,
            "node-fault",
            "The proxy has a fault."),
    NODE_FAULT_BODY(0, "proxy_internal_error", Ending.INTERNAL, Phase.DATA, "node-fault", ""),
    SERVER_BROKE(
            502,
            "connection_terminated",
            Ending.SERVER,
            Phase.HEADERS,
            "server-closed",
            "The server broke off."),
    SERVER_PROTOCOL(
            502,
            "http_protocol_error",
            Ending.PROXY,
            Phase.HEADERS,
            "server-protocol",
            "The server is not well."),
    SERVER_TIMEOUT(
            504,
            "http_response_timeout",
            Ending.SERVER_TIMEOUT,
            Phase.HEADERS,
            "server-timeout",
            "The server is too slow."),
    SERVER_BROKE_BODY(
            0, "http_response_incomplete", Ending.SERVER, Phase.DATA, "server-closed", ""),
    SERVER_TIMEOUT_BODY(
            0, "connection_read_timeout", Ending.SERVER_TIMEOUT, Phase.DATA, "server-timeout", ""),
    SERVER_PROTOCOL_BODY(0, "http_protocol_error", Ending.PROXY, Phase.DATA, "server-protocol", ""),
    BODY_TOO_LARGE(
            413,
            "http_request_error",
            Ending.PROXY,
            Phase.REQUEST,
            "body-too-large",
            "The body is too large."),
    BODY_MALFORMED(
            400,
            "http_request_error",
            Ending.PROXY,
            Phase.REQUEST,
            "body-malformed",
            "The body is malformed."),
    CLIENT_TIMEOUT(
            408,
            "http_request_error",
            Ending.CLIENT_TIMEOUT,
            Phase.REQUEST,
            "client-timeout",
            "The request took too long."),
    CLIENT_TIMEOUT_BODY(
            408,
            "http_request_error",
            Ending.CLIENT_TIMEOUT,
            Phase.DATA,
            "client-timeout",
            "The body took too long."),
    CLIENT_STALLED(0, "", Ending.CLIENT_TIMEOUT, Phase.DATA, "client-stalled", ""),
    CLIENT_CLOSED(0, "", Ending.CLIENT, Phase.DATA, "client-closed", ""),
    NO_MEMORY(0, "", Ending.PROXY, Phase.DATA, "no-memory", ""),
    STOPPING(0, "", Ending.KILLED, Phase.DATA, "stopping", "");

    final int status;
    final Ending ending;
    final Phase phase;

    // Written once, read by the loops.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] reason;

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] head;

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] body;

    RequestFailure(
            int status, String error, Ending ending, Phase phase, String reason, String sentence) {
        this.status = status;
        this.ending = ending;
        this.phase = phase;
        this.reason = reason.getBytes(US_ASCII);
        this.body = (sentence + "\n").getBytes(US_ASCII);
        this.head = Reply.head(status, "alwayson; error=" + error, body.length);
    }

    byte[] reason() {
        return reason;
    }

    String reasonText() {
        return new String(reason, US_ASCII);
    }

    byte[] head() {
        return head;
    }

    byte[] body() {
        return body;
    }
}
