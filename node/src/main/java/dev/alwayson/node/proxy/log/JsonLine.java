package dev.alwayson.node.proxy.log;

import java.nio.charset.StandardCharsets;

/** The line as a JSON object; docs/access-log.md lists its members. */
final class JsonLine implements LineForm {

    private static final byte[] TIME = of("{\"time\":\"");
    private static final byte[] CLIENT = of("Z\",\"client\":\"");
    private static final byte[] CLIENT_PORT = of("\",\"client_port\":");
    private static final byte[] FRONTEND = of(",\"frontend\":\"");
    private static final byte[] BACKEND = of("\",\"backend\":\"");
    private static final byte[] SERVER = of("\",\"server\":\"");
    private static final byte[] HOST = of("\",\"host\":\"");
    private static final byte[] REQUEST = of("\",\"request\":\"");
    private static final byte[] STATUS = of("\",\"status\":");
    private static final byte[] BYTES_READ = of(",\"bytes_read\":");
    private static final byte[] BYTES_SENT = of(",\"bytes_sent\":");
    private static final byte[] HEAD = of(",\"head_ms\":");
    private static final byte[] QUEUE = of(",\"queue_ms\":");
    private static final byte[] CONNECT = of(",\"connect_ms\":");
    private static final byte[] RESPONSE = of(",\"response_ms\":");
    private static final byte[] TOTAL = of(",\"total_ms\":");
    private static final byte[] RETRIES = of(",\"retries\":");
    private static final byte[] QUEUE_LENGTH = of(",\"queue_length\":");
    private static final byte[] STATE = of(",\"state\":\"");
    private static final byte[] REASON = of("\",\"reason\":\"");
    private static final byte[] CONNECTIONS = of("\",\"connections\":");
    private static final byte[] FRONTEND_CONNECTIONS = of(",\"frontend_connections\":");
    private static final byte[] BACKEND_REQUESTS = of(",\"backend_requests\":");
    private static final byte[] SERVER_REQUESTS = of(",\"server_requests\":");
    private static final byte[] REQUEST_ID = of(",\"request_id\":\"");
    private static final byte[] END = of("}\n");
    private static final byte[] NULL = of("null");

    private final UtcTime time = UtcTime.rfc3339();

    @Override
    public void put(AccessEntry entry, LineBuffer line) {
        line.put(TIME);
        time.put(entry.startMillis, line);
        text(line, CLIENT, entry.client);
        line.put(CLIENT_PORT).putDecimal(entry.clientPort);
        text(line, FRONTEND, entry.frontend);
        text(line, BACKEND, entry.backend);
        text(line, SERVER, entry.server);
        line.put(HOST)
                .putJson(
                        entry.hostBytes,
                        entry.hostOffset,
                        Math.min(entry.hostLength, AccessEntry.MAX_HOST));
        line.put(REQUEST)
                .putJson(
                        entry.requestBytes,
                        entry.requestOffset,
                        Math.min(entry.requestLength, AccessEntry.MAX_REQUEST_LINE));
        line.put(STATUS).putDecimal(entry.status);
        line.put(BYTES_READ).putDecimal(entry.bytesRead);
        line.put(BYTES_SENT).putDecimal(entry.bytesSent);
        timers(entry, line);
        line.put(RETRIES).putDecimal(entry.retries);
        line.put(QUEUE_LENGTH).putDecimal(entry.queueLength);
        line.put(STATE).put(entry.ending.letter()).put(entry.phase.letter());
        text(line, REASON, entry.reason);
        line.put(CONNECTIONS).putDecimal(entry.connections);
        line.put(FRONTEND_CONNECTIONS).putDecimal(entry.frontendConnections);
        line.put(BACKEND_REQUESTS).putDecimal(entry.backendRequests);
        line.put(SERVER_REQUESTS).putDecimal(entry.serverRequests);
        if (entry.hasRequestId) {
            line.put(REQUEST_ID).putJson(entry.requestId, 0, entry.requestIdLength).put('"');
        }
        line.put(END);
    }

    private static void timers(AccessEntry entry, LineBuffer line) {
        millis(line, HEAD, entry.headNanos);
        millis(line, QUEUE, entry.queueNanos);
        millis(line, CONNECT, entry.connectNanos);
        millis(line, RESPONSE, entry.responseNanos);
        millis(line, TOTAL, entry.totalNanos);
    }

    private static void text(LineBuffer line, byte[] name, byte[] text) {
        line.put(name).putJson(text, 0, text.length);
    }

    /** Milliseconds with the microseconds behind the point. */
    private static void millis(LineBuffer line, byte[] name, long nanos) {
        line.put(name);
        if (nanos < 0) {
            line.put(NULL);
            return;
        }
        long micros = nanos / 1000;
        line.putDecimal(micros / 1000).put('.').putDigits(micros % 1000, 3);
    }

    private static byte[] of(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
