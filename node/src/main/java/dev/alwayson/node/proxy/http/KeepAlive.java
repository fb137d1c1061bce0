package dev.alwayson.node.proxy.http;

/**
 * Reads Keep-Alive, a list of parameters by which a server says how long it keeps an idle
 * connection (RFC 2068 section 19.7.1.1; no later RFC has it, servers send it still).
 */
final class KeepAlive {

    /** What is said by who says nothing that can be understood; longer than any number here. */
    static final int NO_TIMEOUT = Integer.MAX_VALUE;

    private static final byte[] TIMEOUT = Octets.of("timeout");
    private static final int MOST_SECONDS = 1_000_000;

    private KeepAlive() {}

    /** The seconds of {@code timeout}, or {@link #NO_TIMEOUT}. */
    static int timeout(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int name = Octets.skipBlanks(bytes, at, to);
            int nameTo = Octets.skip(bytes, name, to, Octets.TOKEN);
            if (nameTo < to
                    && bytes[nameTo] == '='
                    && Octets.equalInAnyCase(bytes, name, nameTo, TIMEOUT)) {
                return seconds(bytes, nameTo + 1, to);
            }
            at = nameTo;
            while (at < to && bytes[at++] != ',') {}
        }
        return NO_TIMEOUT;
    }

    private static int seconds(byte[] bytes, int from, int to) {
        int end = Octets.skip(bytes, from, to, Octets.DIGIT);
        int seconds = from == end ? NO_TIMEOUT : 0;
        for (int at = from; at < end; at++) {
            seconds = Math.min(seconds * 10 + bytes[at] - '0', MOST_SECONDS);
        }
        return seconds;
    }
}
