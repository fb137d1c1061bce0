package dev.alwayson.node.proxy.http;

/**
 * A host and an optional port as Host and absolute targets carry them (RFC 9110 section 7.2), as
 * offsets. Stricter than the RFC: no user, no escapes, no empty host. Reused; confined to one
 * thread.
 */
final class Authority {

    private static final int NO_PORT = -1;
    private static final int DEFAULT_PORT = 80;

    int from;
    int to;
    int hostTo;

    /** From 0 to 65535, or {@link #NO_PORT}. */
    private int port;

    boolean present;

    void clear() {
        present = false;
        from = 0;
        to = 0;
        hostTo = 0;
        port = NO_PORT;
    }

    /** Reads the range; false if it is not a host with an optional port. */
    boolean read(byte[] bytes, int start, int end) {
        present = true;
        from = start;
        to = end;
        port = NO_PORT;
        hostTo = start < end && bytes[start] == '[' ? literal(bytes) : nameEnd(bytes);
        if (hostTo == from) {
            return false;
        }
        return hostTo == to || (bytes[hostTo] == ':' && readPort(bytes));
    }

    private int nameEnd(byte[] bytes) {
        return Octets.skip(bytes, from, to, Octets.HOST);
    }

    /** The end of an IPv6 address in brackets; {@code from} if it is none. */
    private int literal(byte[] bytes) {
        int colons = 0;
        for (int at = from + 1; at < to; at++) {
            byte octet = bytes[at];
            if (octet == ']') {
                return colons >= 2 ? at + 1 : from;
            }
            if (octet == ':') {
                colons++;
            } else if (octet != '.' && !Octets.is(octet, Octets.HEX)) {
                return from;
            }
        }
        return from;
    }

    private boolean readPort(byte[] bytes) {
        int value = 0;
        for (int at = hostTo + 1; at < to; at++) {
            if (!Octets.is(bytes[at], Octets.DIGIT)) {
                return false;
            }
            value = value * 10 + bytes[at] - '0';
            if (value > 65_535) {
                return false;
            }
        }
        port = hostTo + 1 == to ? NO_PORT : value;
        return true;
    }

    /** Whether both name the same host and port, in any case, that of http being implied. */
    boolean agrees(Authority other, byte[] bytes) {
        int mine = port == NO_PORT ? DEFAULT_PORT : port;
        int theirs = other.port == NO_PORT ? DEFAULT_PORT : other.port;
        return mine == theirs
                && Octets.equalInAnyCase(bytes, from, hostTo, other.from, other.hostTo);
    }
}
