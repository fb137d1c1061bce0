package dev.alwayson.node.proxy.http;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of a server's response: checked, read as offsets into {@link #bytes}, and written anew
 * for a client. One instance serves all connections of an event loop; what it says holds until the
 * next {@link #parse}. Confined to that thread.
 */
public final class ResponseHead extends MessageHead {

    /** How the end of a response's body is found (RFC 9112 section 6.3). */
    public enum Body {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private static final byte[] VERSION_START = Octets.of("HTTP/1.");
    private static final byte[] VERSION = Octets.of("HTTP/1.1 ");
    private static final byte[] END = Octets.of("\r\n");
    private static final byte[] LENGTH_LINE = Octets.of("Content-Length: ");
    private static final byte[] CHUNKED_LINE = Octets.of("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE_LINE = Octets.of("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE_LINE = Octets.of("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE_LINES = Octets.of("Connection: upgrade\r\nUpgrade: ");
    private static final byte[] WEBSOCKET = Octets.of("websocket");

    private Method requestMethod = Method.OTHER;
    private int status;
    private int statusFrom;
    private int reasonTo;
    private Body body = Body.NONE;
    private boolean toWebsocket;
    private boolean offersWebsocket;
    private int keptSeconds;

    public ResponseHead() {
        this(null);
    }

    ResponseHead(@Nullable Refusal off) {
        super(off);
    }

    /**
     * Reads the response's head at the buffer's reader index, which is not moved.
     *
     * @param limits of which {@code head} and {@code headerLines} count
     * @param request the method of the request that is answered
     * @return the head's length in octets, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int parse(ByteBuf in, Limits limits, Method request) {
        requestMethod = request;
        return read(in, limits, true);
    }

    @Override
    int startLine(int end, Limits limits) {
        toWebsocket = false;
        offersWebsocket = false;
        keptSeconds = KeepAlive.NO_TIMEOUT;
        status = 0;
        statusFrom = 0;
        reasonTo = 0;
        int at = 0;
        for (byte expected : VERSION_START) {
            if (at == end || bytes[at] != expected) {
                int passed = stop(at, end, Refusal.BAD_VERSION);
                if (passed != PASSED) {
                    return passed;
                }
            }
            at++;
        }
        if (at == end || (bytes[at] != '0' && bytes[at] != '1')) {
            int passed = stop(at, end, Refusal.BAD_VERSION);
            if (passed != PASSED) {
                return passed;
            }
        }
        minor = bytes[at++] - '0';
        if (at == end || bytes[at] != Octets.SP) {
            int passed = stop(at, end, Refusal.BAD_VERSION);
            if (passed != PASSED) {
                return passed;
            }
        }
        return status(at + 1, end);
    }

    private int status(int from, int end) {
        int at = from;
        int value = 0;
        while (at < from + 3) {
            if (at == end || !Octets.is(bytes[at], Octets.DIGIT)) {
                int passed = stop(at, end, Refusal.BAD_STATUS);
                if (passed != PASSED) {
                    return passed;
                }
            }
            value = value * 10 + bytes[at++] - '0';
        }
        if ((value < 100 || value > 599) && refuse(Refusal.BAD_STATUS) == REFUSED) {
            return REFUSED;
        }
        status = value;
        statusFrom = from;
        return reason(at, end);
    }

    /** Many servers leave out the reason and the space before it. */
    private int reason(int from, int end) {
        if (from == end || (bytes[from] != Octets.SP && bytes[from] != Octets.CR)) {
            int passed = stop(from, end, Refusal.BAD_STATUS);
            if (passed != PASSED) {
                return passed;
            }
        }
        int at = Octets.skipField(bytes, from, end);
        int ends = 2;
        if (at + 1 >= end || bytes[at] != Octets.CR || bytes[at + 1] != Octets.LF) {
            ends = stop(at, end, Refusal.CONTROL_BYTE);
            if (ends != PASSED) {
                return ends;
            }
        }
        reasonTo = at;
        return at + ends;
    }

    @Override
    @Nullable Refusal note(int name, int from, int to) {
        if (name == FieldName.UPGRADE) {
            boolean first = upgradeLine == count - 1;
            toWebsocket = first && Octets.equalInAnyCase(bytes, from, to, WEBSOCKET);
            offersWebsocket |= lists(WEBSOCKET, from, to);
        } else if (name == FieldName.KEEP_ALIVE) {
            keptSeconds = Math.min(keptSeconds, KeepAlive.timeout(bytes, from, to));
        }
        return null;
    }

    /** Whether the protocol is one of those that the value lists. */
    private boolean lists(byte[] protocol, int from, int to) {
        int at = from;
        while (at < to) {
            int element = Octets.skipBlanks(bytes, at, to);
            int next = element;
            while (next < to && bytes[next] != ',') {
                next++;
            }
            int elementTo = Octets.trimBlanks(bytes, element, next);
            if (Octets.equalInAnyCase(bytes, element, elementTo, protocol)) {
                return true;
            }
            at = next + 1;
        }
        return false;
    }

    @Override
    @Nullable Refusal conclude() {
        if (status < 200 || status == 204 || status == 304 || requestMethod == Method.HEAD) {
            body = Body.NONE;
        } else if (chunked) {
            body = Body.CHUNKED;
        } else if (contentLength != NO_LENGTH) {
            body = contentLength == 0 ? Body.NONE : Body.LENGTH;
        } else {
            body = Body.UNTIL_CLOSE;
        }
        return null;
    }

    /** From 100 to 599. */
    public int status() {
        return status;
    }

    /** What follows the head; NONE also where the length is 0. */
    public Body body() {
        return body;
    }

    /** Whether this is one of the responses before the final one; 101 is final. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /**
     * Whether the server changes to WebSocket, the only protocol that it can be asked for, and to
     * nothing else (RFC 9110 section 7.8). HTTP/1.0 cannot, and a body does not follow: RFC 9112
     * section 6 forbids what would frame one, and a length of 0 frames none.
     */
    public boolean upgraded() {
        boolean framed = chunked || contentLength > 0;
        return status == 101 && minor == 1 && upgradeOption() && toWebsocket && !framed;
    }

    /**
     * Whether the server's connection may serve again once the body has ended. A server that frames
     * a body where none can be may mean one, so its connection may not.
     */
    @Override
    public boolean keepAlive() {
        boolean bodiless = status < 200 || status == 204;
        boolean framed = chunked || contentLength > 0;
        return super.keepAlive() && body != Body.UNTIL_CLOSE && !(bodiless && framed);
    }

    /**
     * For how many seconds the server says that it keeps the connection once it is idle; a great
     * number if it does not say.
     */
    public int keptSeconds() {
        return keptSeconds;
    }

    /** Whether a client of this minor version can find the body's end without the connection's. */
    public boolean delimited(int clientMinor) {
        return clientMinor == 1 || body == Body.NONE || body == Body.LENGTH;
    }

    /** Whether the body goes to a client of this minor version in chunks. */
    public boolean chunkedFor(int clientMinor) {
        return clientMinor == 1 && (body == Body.CHUNKED || body == Body.UNTIL_CLOSE);
    }

    /**
     * Writes the head for a client: lines that concern only the server's connection removed, the
     * body framed for the client's version. A body whose length the server did not tell goes in
     * chunks, to HTTP/1.0 until the connection closes.
     *
     * @param clientMinor the minor version of the request
     * @param keepAlive whether the client's connection stays open; without effect where {@link
     *     #delimited} says no, for interim responses and for 101
     * @param websocket whether the client may upgrade to WebSocket, and so be told that it must
     */
    public void write(ByteBuf out, int clientMinor, boolean keepAlive, boolean websocket) {
        outgoing.put(VERSION).put(bytes, statusFrom, reasonTo);
        if (reasonTo == statusFrom + 3) {
            outgoing.put(Octets.SP);
        }
        outgoing.put(END);
        if (clientMinor == 0) {
            drop(FieldName.TRAILER); // Chunks alone have them.
        }
        putLines(FieldName.X_FORWARDED_FOR);
        putFraming(clientMinor);
        putConnection(clientMinor, keepAlive && delimited(clientMinor));
        if (status == 426 && clientMinor == 1 && websocket && offersWebsocket) {
            outgoing.put(UPGRADE_LINES).put(WEBSOCKET).put(END);
        }
        outgoing.put(END).writeTo(out);
    }

    private void putFraming(int clientMinor) {
        if (chunkedFor(clientMinor)) {
            outgoing.put(CHUNKED_LINE);
        } else if (contentLength != NO_LENGTH && status >= 200 && status != 204) {
            outgoing.put(LENGTH_LINE).putDecimal(contentLength).put(END);
        }
    }

    private void putConnection(int clientMinor, boolean keepAlive) {
        if (status == 101) {
            putUpgrade();
        } else if (status >= 200 && !keepAlive) {
            outgoing.put(CLOSE_LINE);
        } else if (status >= 200 && clientMinor == 0) {
            outgoing.put(KEEP_ALIVE_LINE);
        }
    }

    private void putUpgrade() {
        if (upgradeLine != NO_LINE) {
            int from = valueOffset(upgradeLine);
            outgoing.put(UPGRADE_LINES).put(bytes, from, from + valueLength(upgradeLine)).put(END);
        }
    }
}
