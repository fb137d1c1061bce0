package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * How a request fails on our side. Each says what the client is told: the status, the error type of
 * the Proxy-Status header (RFC 9209 §2.3) and a sentence; and what the access log says: who ended
 * it and in which phase, in the manner of HAProxy's termination state, and a reason.
 */
enum Ending {
    NO_ROUTE(404, "destination_not_found", "PR", "no-route", "No route takes this request."),
    NO_SERVER(503, "destination_unavailable", "SC", "no-server", "No server can take it now."),
    QUEUE_FULL(503, "connection_limit_reached", "sQ", "queue-full", "Every server is busy."),
    QUEUE_TIMEOUT(503, "connection_limit_reached", "sQ", "queue-timeout", "Every server is busy."),
    UNRESOLVED(503, "dns_error", "SC", "unresolved", "No server can be reached now."),
    CONNECT_REFUSED(
            503, "connection_refused", "SC", "connect-refused", "No server can be reached."),
    CONNECT_TIMEOUT(
            503, "connection_timeout", "sC", "connect-timeout", "No server can be reached."),
    SERVER_BROKE(502, "connection_terminated", "SH", "server-closed", "The server broke off."),
    SERVER_PROTOCOL(502, "http_protocol_error", "PH", "server-protocol", "The server is not well."),
    SERVER_TIMEOUT(504, "http_response_timeout", "sH", "server-timeout", "The server is too slow."),
    SERVER_BROKE_BODY(0, "http_response_incomplete", "SD", "server-closed", ""),
    SERVER_TIMEOUT_BODY(0, "connection_read_timeout", "sD", "server-timeout", ""),
    SERVER_PROTOCOL_BODY(0, "http_protocol_error", "PD", "server-protocol", ""),
    BODY_TOO_LARGE(413, "http_request_error", "PR", "body-too-large", "The body is too large."),
    BODY_MALFORMED(400, "http_request_error", "PR", "body-malformed", "The body is malformed."),
    UPGRADE_REFUSED(400, "http_request_denied", "PR", "upgrade-refused", "No such upgrade here."),
    CLIENT_TIMEOUT(408, "http_request_error", "cR", "client-timeout", "The request took too long."),
    CLIENT_TIMEOUT_BODY(
            408, "http_request_error", "cD", "client-timeout", "The body took too long."),
    CLIENT_STALLED(0, "", "cD", "client-stalled", ""),
    CLIENT_CLOSED(0, "", "CD", "client-closed", ""),
    STOPPING(0, "", "KD", "stopping", "");

    final int status;
    final String termination;
    final String reason;

    // Written once, read by the loops.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] head;

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] body;

    Ending(int status, String error, String termination, String reason, String sentence) {
        this.status = status;
        this.termination = termination;
        this.reason = reason;
        this.body = (sentence + "\n").getBytes(US_ASCII);
        this.head = Reply.head(status, "alwayson; error=" + error, body.length);
    }

    byte[] head() {
        return head;
    }

    byte[] body() {
        return body;
    }
}
