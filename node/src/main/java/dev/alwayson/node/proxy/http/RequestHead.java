package dev.alwayson.node.proxy.http;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: checked, read as offsets into {@link #bytes}, and written anew for a
 * server (RFC 9112). One instance serves all connections of an event loop; what it says holds until
 * the next {@link #parse}. Confined to that thread.
 */
public final class RequestHead extends MessageHead {

    /** What protocol a request asks to change to. */
    public enum Upgrade {
        NONE,
        WEBSOCKET,
        OTHER
    }

    private static final byte[] HTTP_SLASH = Octets.of("HTTP/");
    private static final byte[] HTTP_SCHEME = Octets.of("http://");
    private static final byte[] CONTINUE = Octets.of("100-continue");
    private static final byte[] WEBSOCKET = Octets.of("websocket");

    private static final byte[] VERSION_END = Octets.of(" HTTP/1.1\r\n");
    private static final byte[] END = Octets.of("\r\n");
    private static final byte[] HOST_LINE = Octets.of("Host: ");
    private static final byte[] LENGTH_LINE = Octets.of("Content-Length: ");
    private static final byte[] CHUNKED_LINE = Octets.of("Transfer-Encoding: chunked\r\n");
    private static final byte[] UPGRADE_LINES = Octets.of("Connection: upgrade\r\nUpgrade: ");
    private static final byte[] VIA_LINE = Octets.of("Via: 1.1 alwayson\r\n");
    private static final byte[] VIA_OLD_LINE = Octets.of("Via: 1.0 alwayson\r\n");
    private static final byte[] FORWARDED_FOR = Octets.of("X-Forwarded-For: ");
    private static final byte[] FORWARDED_HOST = Octets.of("X-Forwarded-Host: ");

    private final Authority host = new Authority();
    private final Authority authority = new Authority();
    private Method method = Method.OTHER;
    private int start;
    private int methodTo;
    private int target;
    private int targetTo;
    private int path;
    private int pathTo;
    private int lineTo;
    private boolean expectContinue;
    private Upgrade upgrade = Upgrade.NONE;

    public RequestHead() {
        this(null);
    }

    RequestHead(@Nullable Refusal off) {
        super(off);
    }

    /**
     * Reads the request's head at the buffer's reader index, which is not moved. An empty line
     * before the request line is skipped (RFC 9112 section 2.2) and counts into the length.
     *
     * @param underscoreNames whether lines whose name has an underscore are passed on
     * @return the head's length in octets, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int parse(ByteBuf in, Limits limits, boolean underscoreNames) {
        return read(in, limits, underscoreNames);
    }

    @Override
    int startLine(int end, Limits limits) {
        host.clear();
        authority.clear();
        expectContinue = false;
        upgrade = Upgrade.NONE;
        method = Method.OTHER;
        at(0);
        if (end > 0 && bytes[0] == Octets.CR) {
            if (end == 1) {
                return INCOMPLETE;
            }
            if (bytes[1] != Octets.LF && refuse(Refusal.BARE_CR) == REFUSED) {
                return REFUSED;
            }
            at(bytes[1] == Octets.LF ? 2 : 1);
        }
        int bound = (int) Math.min(start + limits.requestLine().bytes(), Integer.MAX_VALUE);
        return method(Math.min(end, bound), end, bound);
    }

    /** Places everything at the beginning of the request line. */
    private void at(int from) {
        start = from;
        methodTo = from;
        target = from;
        targetTo = from;
        path = from;
        pathTo = from;
        lineTo = from;
    }

    private int method(int to, int end, int bound) {
        int at = Octets.skip(bytes, start, to, Octets.TOKEN);
        if (at == to) {
            return at == bound ? refuse(Refusal.REQUEST_LINE_TOO_LONG) : INCOMPLETE;
        }
        if (bytes[at] != Octets.SP || at == start) {
            int passed = stop(at, end, Refusal.BAD_METHOD);
            if (passed != PASSED) {
                return passed;
            }
        }
        if (Method.isConnect(bytes, start, at) && refuse(Refusal.CONNECT) == REFUSED) {
            return REFUSED;
        }
        methodTo = at;
        lineTo = at;
        method = Method.of(bytes, start, at);
        return target(at + 1, to, end, bound);
    }

    private int target(int from, int to, int end, int bound) {
        target = from;
        int at = Octets.skip(bytes, from, to, Octets.PATH);
        pathTo = at;
        if (at < to && bytes[at] == '?') {
            at = Octets.skip(bytes, at + 1, to, Octets.QUERY);
        }
        targetTo = at;
        lineTo = at;
        if (at == to) {
            return at == bound ? refuse(Refusal.REQUEST_LINE_TOO_LONG) : INCOMPLETE;
        }
        if (bytes[at] != Octets.SP || at == from) {
            boolean noVersion = bytes[at] == Octets.CR && at > from;
            int passed = stop(at, end, noVersion ? Refusal.BAD_VERSION : Refusal.BAD_TARGET);
            if (passed != PASSED) {
                return passed;
            }
        }
        if (at + 1 + 8 > bound) {
            return refuse(Refusal.REQUEST_LINE_TOO_LONG);
        }
        return version(at + 1, end, bound);
    }

    private int version(int from, int end, int bound) {
        int at = from;
        for (byte expected : HTTP_SLASH) {
            if (at == end || bytes[at] != expected) {
                int passed = noVersion(from, at, end, bound);
                if (passed != PASSED) {
                    return passed;
                }
            }
            at++;
        }
        for (int i = 0; i < 3; i++) {
            boolean right =
                    at < end && (i == 1 ? bytes[at] == '.' : Octets.is(bytes[at], Octets.DIGIT));
            if (!right) {
                int passed = stop(at, end, Refusal.BAD_VERSION);
                if (passed != PASSED) {
                    return passed;
                }
            }
            at++;
        }
        minor = bytes[at - 1] - '0';
        if ((bytes[at - 3] != '1' || minor > 1) && refuse(Refusal.UNSUPPORTED_VERSION) == REFUSED) {
            return REFUSED;
        }
        int ends = 2;
        if (at + 1 >= end || bytes[at] != Octets.CR || bytes[at + 1] != Octets.LF) {
            ends = stop(at, end, Refusal.BAD_VERSION);
            if (ends != PASSED) {
                return ends;
            }
        }
        lineTo = at;
        return form() || refuse(Refusal.BAD_TARGET) == PASSED ? at + ends : REFUSED;
    }

    /**
     * What stands there is no version, or one after what belongs to a target with a blank in it
     * (RFC 9112 section 3.2): only the end of the line tells.
     */
    private int noVersion(int from, int at, int end, int bound) {
        int to = Math.min(end, bound);
        int lineEnd = Octets.skipField(bytes, at, to);
        if (lineEnd == to) {
            return to == bound ? refuse(Refusal.REQUEST_LINE_TOO_LONG) : INCOMPLETE;
        }
        boolean blankInTarget = lineEnd - 9 > from && endsInVersion(lineEnd);
        return stop(at, end, blankInTarget ? Refusal.BAD_TARGET : Refusal.BAD_VERSION);
    }

    private boolean endsInVersion(int to) {
        return bytes[to - 9] == Octets.SP
                && Octets.equal(bytes, to - 8, to - 3, HTTP_SLASH)
                && Octets.is(bytes[to - 3], Octets.DIGIT)
                && bytes[to - 2] == '.'
                && Octets.is(bytes[to - 1], Octets.DIGIT);
    }

    /**
     * Tells the forms of a target apart (RFC 9112 section 3.2). An https URL is none for here:
     * nobody may take what was meant for TLS from a connection without (RFC 9110 section 4.2.2).
     */
    private boolean form() {
        path = target;
        if (bytes[target] == '/') {
            return true;
        }
        if (bytes[target] == '*' && targetTo == target + 1) {
            return method == Method.OPTIONS;
        }
        return absolute();
    }

    private boolean absolute() {
        int from = target + HTTP_SCHEME.length;
        if (from > targetTo || !Octets.equalInAnyCase(bytes, target, from, HTTP_SCHEME)) {
            return false;
        }
        int to = from;
        while (to < targetTo && bytes[to] != '/' && bytes[to] != '?') {
            to++;
        }
        path = to;
        return authority.read(bytes, from, to);
    }

    @Override
    @Nullable Refusal note(int name, int from, int to) {
        return switch (name) {
            case FieldName.HOST -> host(from, to);
            case FieldName.EXPECT -> expectation(from, to);
            case FieldName.UPGRADE -> {
                noteUpgrade(from, to);
                yield null;
            }
            default -> null;
        };
    }

    private @Nullable Refusal host(int from, int to) {
        if (host.present) {
            return Refusal.SEVERAL_HOSTS;
        }
        if (!host.read(bytes, from, to)) {
            return Refusal.BAD_HOST;
        }
        return authority.present && !host.agrees(authority, bytes) ? Refusal.HOST_DISAGREES : null;
    }

    private @Nullable Refusal expectation(int from, int to) {
        expectContinue = Octets.equalInAnyCase(bytes, from, to, CONTINUE);
        return expectContinue ? null : Refusal.UNKNOWN_EXPECTATION;
    }

    private void noteUpgrade(int from, int to) {
        boolean websocket =
                upgrade == Upgrade.NONE && Octets.equalInAnyCase(bytes, from, to, WEBSOCKET);
        upgrade = websocket ? Upgrade.WEBSOCKET : Upgrade.OTHER;
    }

    @Override
    @Nullable Refusal conclude() {
        if (!upgradeOption() || minor == 0 || chunked || contentLength > 0) {
            upgrade = Upgrade.NONE;
        }
        if (expectContinue && (minor == 0 || !hasBody())) {
            dropExpectation();
        }
        if (path == targetTo || bytes[path] == '?') {
            emptyPath();
        }
        return host.present || minor == 0 ? null : Refusal.NO_HOST;
    }

    /** That of HTTP/1.0 counts for nothing, and none is for no body (RFC 9110 section 10.1.1). */
    private void dropExpectation() {
        expectContinue = false;
        drop(FieldName.EXPECT);
    }

    /** An absolute target without a path means the root, or with OPTIONS the server itself. */
    private void emptyPath() {
        boolean server = method == Method.OPTIONS && path == targetTo;
        path = bytes.length - 1;
        pathTo = bytes.length;
        bytes[path] = (byte) (server ? '*' : '/');
    }

    /**
     * Writes the head for a server: the target in origin form, lines that concern only the client's
     * connection removed, the framing as it was read, and what {@code forwarding} tells added.
     *
     * @param keepUpgrade whether the upgrade that was asked for is passed on
     * @param id replaces the X-Request-Id that came, if there is one
     */
    public void write(ByteBuf out, Forwarding forwarding, boolean keepUpgrade, RequestId id) {
        if (id.given()) {
            drop(FieldName.X_REQUEST_ID);
        }
        outgoing.put(bytes, start, methodTo + 1).put(bytes, path, pathTo);
        putQuery();
        outgoing.put(VERSION_END);
        putLines(forwarding.trusted ? FieldName.LAST_FORWARDING : FieldName.LAST_KEPT);
        putHost(forwarding);
        putFraming();
        if (keepUpgrade && upgrade != Upgrade.NONE) {
            putUpgrade();
        }
        outgoing.put(minor == 1 ? VIA_LINE : VIA_OLD_LINE);
        if (forwarding.trusted) {
            putForwardedFor(forwarding);
        } else {
            outgoing.put(forwarding.addressAndScheme);
            putForwardedHost();
        }
        id.put(outgoing);
        outgoing.put(END).writeTo(out);
    }

    private void putQuery() {
        int query = pathTo == bytes.length ? authority.to : pathTo;
        if (query < targetTo) {
            outgoing.put(bytes, query, targetTo);
        }
    }

    private void putHost(Forwarding forwarding) {
        if (host.present) {
            return;
        }
        outgoing.put(HOST_LINE);
        if (authority.present) {
            outgoing.put(bytes, authority.from, authority.to);
        } else {
            outgoing.put(forwarding.authority);
        }
        outgoing.put(END);
    }

    private void putFraming() {
        if (chunked) {
            outgoing.put(CHUNKED_LINE);
        } else if (contentLength != NO_LENGTH) {
            outgoing.put(LENGTH_LINE).putDecimal(contentLength).put(END);
        }
    }

    private void putUpgrade() {
        boolean first = true;
        outgoing.put(UPGRADE_LINES);
        for (int row = 0; row < count * ROW; row += ROW) {
            if (lines[row + NAME_ID] == FieldName.UPGRADE) {
                if (!first) {
                    Forwarding.putComma(outgoing);
                }
                outgoing.put(bytes, lines[row + VALUE], lines[row + VALUE_TO]);
                first = false;
            }
        }
        outgoing.put(END);
    }

    /** Appends the peer to what a trusted proxy told; adds what it did not tell. */
    private void putForwardedFor(Forwarding forwarding) {
        boolean scheme = false;
        boolean forwardedHost = false;
        outgoing.put(FORWARDED_FOR);
        for (int row = 0; row < count * ROW; row += ROW) {
            int name = lines[row + NAME_ID];
            scheme |= name == FieldName.X_FORWARDED_PROTO;
            forwardedHost |= name == FieldName.X_FORWARDED_HOST;
            if (name == FieldName.X_FORWARDED_FOR && lines[row + VALUE] < lines[row + VALUE_TO]) {
                outgoing.put(bytes, lines[row + VALUE], lines[row + VALUE_TO]);
                Forwarding.putComma(outgoing);
            }
        }
        outgoing.put(forwarding.address).put(END);
        if (!scheme) {
            outgoing.put(forwarding.scheme);
        }
        if (!forwardedHost) {
            putForwardedHost();
        }
    }

    private void putForwardedHost() {
        if (authorityLength() > 0) {
            int from = authorityOffset();
            outgoing.put(FORWARDED_HOST).put(bytes, from, from + authorityLength()).put(END);
        }
    }

    public Method method() {
        return method;
    }

    public int methodOffset() {
        return start;
    }

    public int methodLength() {
        return methodTo - start;
    }

    /** The target as it was received. */
    public int targetOffset() {
        return target;
    }

    public int targetLength() {
        return targetTo - target;
    }

    /** The request line without its end; what was read of it, if the head was refused. */
    public int requestLineOffset() {
        return start;
    }

    public int requestLineLength() {
        return lineTo - start;
    }

    /** The path without the query, {@code /} if the target has none, or {@code *}. */
    public int pathOffset() {
        return path;
    }

    public int pathLength() {
        return pathTo - path;
    }

    /** The host without its port, with an IPv6 address's brackets, in the case it came in. */
    public int hostOffset() {
        return host.present ? host.from : authority.from;
    }

    /** 0 if a request of HTTP/1.0 names no host. */
    public int hostLength() {
        return host.present ? host.hostTo - host.from : authority.hostTo - authority.from;
    }

    /** The host and its port, as they came. */
    public int authorityOffset() {
        return host.present ? host.from : authority.from;
    }

    public int authorityLength() {
        return host.present ? host.to - host.from : authority.to - authority.from;
    }

    /** Whether a body follows; it may be of length 0 when it is chunked. */
    public boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /** Whether the client waits for 100 (Continue) before it sends the body. */
    public boolean expectContinue() {
        return expectContinue;
    }

    /** What is asked for; never by HTTP/1.0 or with a body. */
    public Upgrade upgrade() {
        return upgrade;
    }

    /** The value of the first Upgrade line; there is one if {@link #upgrade} is not NONE. */
    public int upgradeOffset() {
        return valueOffset(upgradeLine);
    }

    public int upgradeLength() {
        return valueLength(upgradeLine);
    }
}
