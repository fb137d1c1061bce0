package dev.alwayson.node.proxy.log;

import java.nio.charset.StandardCharsets;

/**
 * The line as HAProxy's {@code option httplog} has it (its configuration manual, section 8.2.3),
 * without captured headers and cookies, in UTC.
 */
final class HaproxyLine implements LineForm {

    private static final byte[] NO_SERVER = of("<NOSRV>");
    private static final byte[] BAD_REQUEST = of("<BADREQ>");
    private static final byte[] NO_COOKIES = of(" - - ");
    private static final byte[] COOKIE_STATE = of("-- ");

    private final UtcTime time = UtcTime.haproxy();

    @Override
    public void put(AccessEntry entry, LineBuffer line) {
        line.put(entry.client).put(':').putDecimal(entry.clientPort).put(' ').put('[');
        time.put(entry.startMillis, line);
        line.put(']').put(' ');
        hashed(line, entry.frontend).put(' ');
        hashed(line, entry.backend.length == 0 ? entry.frontend : entry.backend).put('/');
        hashed(line, entry.server.length == 0 ? NO_SERVER : entry.server).put(' ');
        timers(entry, line);
        line.put(' ').putDecimal(entry.status == 0 ? -1 : entry.status);
        line.put(' ').putDecimal(entry.bytesSent).put(NO_COOKIES);
        line.put(entry.ending.letter()).put(entry.phase.letter()).put(COOKIE_STATE);
        counts(entry, line);
        line.put(' ').put('"');
        request(entry, line);
        line.put('"').put('\n');
    }

    private static void timers(AccessEntry entry, LineBuffer line) {
        millis(line, entry.headNanos).put('/');
        millis(line, entry.queueNanos).put('/');
        millis(line, entry.connectNanos).put('/');
        millis(line, entry.responseNanos).put('/');
        millis(line, entry.totalNanos);
    }

    private static void counts(AccessEntry entry, LineBuffer line) {
        line.putDecimal(entry.connections).put('/');
        line.putDecimal(entry.frontendConnections).put('/');
        line.putDecimal(entry.backendRequests).put('/');
        line.putDecimal(entry.serverRequests).put('/');
        line.putDecimal(entry.retries).put(' ');
        line.putDecimal(0).put('/').putDecimal(entry.queueLength);
    }

    private static void request(AccessEntry entry, LineBuffer line) {
        if (entry.requestLength == 0) {
            line.put(BAD_REQUEST);
        } else {
            line.putHashed(
                    entry.requestBytes,
                    entry.requestOffset,
                    Math.min(entry.requestLength, AccessEntry.MAX_REQUEST_LINE));
        }
    }

    private static LineBuffer hashed(LineBuffer line, byte[] text) {
        return line.putHashed(text, 0, text.length);
    }

    private static LineBuffer millis(LineBuffer line, long nanos) {
        return line.putDecimal(nanos < 0 ? -1 : nanos / 1_000_000);
    }

    private static byte[] of(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
