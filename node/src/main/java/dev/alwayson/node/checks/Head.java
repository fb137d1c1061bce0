package dev.alwayson.node.checks;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a health check reads of a response's head (RFC 9112): the status and how the body is framed.
 * Lenient where nothing depends on it: the check asks whether the server works, and passes nothing
 * on.
 *
 * @param length of the body; {@link #UNTIL_CLOSE} if it ends with the connection
 */
record Head(int status, boolean chunked, long length) {

    static final long UNTIL_CLOSE = -1;

    /** For the whole head, interim responses included. */
    private static final int MOST_BYTES = 32 * 1024;

    private static final String TOO_LONG = "not HTTP: a head above 32 KiB";
    private static final String PREFIX = "HTTP/1.";

    /** Reads the final response's head, over interim ones (1xx). */
    static Head read(Wire wire) throws IOException, ProbeFailure {
        int left = MOST_BYTES;
        while (true) {
            requirePrefix(wire);
            String line = line(wire, left);
            left -= line.length();
            int status = status(line);
            boolean chunked = false;
            long length = UNTIL_CLOSE;
            for (line = line(wire, left); !line.isEmpty(); line = line(wire, left)) {
                left -= line.length() + 1;
                int colon = line.indexOf(':');
                if (colon < 0) {
                    throw new ProbeFailure("not HTTP: " + quote(line));
                }
                switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "transfer-encoding" -> chunked = isChunked(line.substring(colon + 1));
                    case "content-length" -> length = length(line.substring(colon + 1).strip());
                    default -> {
                        // Nothing else changes what the check finds.
                    }
                }
            }
            if (status >= 200) {
                return new Head(status, chunked, chunked ? UNTIL_CLOSE : length);
            }
        }
    }

    /** What speaks another protocol is found out by its first bytes, before it ends a line. */
    private static void requirePrefix(Wire wire) throws IOException, ProbeFailure {
        int matched = 0;
        while (matched < PREFIX.length()) {
            if (matched == wire.available() && !wire.fill()) {
                throw new ProbeFailure(
                        matched == 0 ? "closed without an answer" : "closed within its answer");
            }
            for (; matched < wire.available() && matched < PREFIX.length(); matched++) {
                if (wire.peek(matched) != PREFIX.charAt(matched)) {
                    throw new ProbeFailure("not HTTP: " + quote(beginning(wire)));
                }
            }
        }
    }

    private static String beginning(Wire wire) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < wire.available() && i < 40; i++) {
            text.append((char) (wire.peek(i) & 0xFF));
        }
        return text.toString();
    }

    private static String line(Wire wire, int most) throws IOException, ProbeFailure {
        @Nullable String line = wire.line(most, TOO_LONG);
        if (line == null) {
            throw new ProbeFailure("closed within its answer");
        }
        return line;
    }

    /** Of {@code HTTP/1.1 200 OK}; the text after the status may be missing. */
    private static int status(String line) throws ProbeFailure {
        boolean formed =
                line.length() >= 12
                        && line.charAt(8) == ' '
                        && (line.length() == 12 || line.charAt(12) == ' ');
        int status = 0;
        for (int i = 9; formed && i < 12; i++) {
            int digit = line.charAt(i) - '0';
            formed = digit >= 0 && digit <= 9;
            status = 10 * status + digit;
        }
        if (!formed || status < 100 || status == 101) {
            throw new ProbeFailure("not HTTP: " + quote(line));
        }
        return status;
    }

    private static boolean isChunked(String value) {
        return value.strip().equalsIgnoreCase("chunked");
    }

    private static long length(String value) throws ProbeFailure {
        if (value.isEmpty() || value.length() > 18) {
            throw new ProbeFailure("not HTTP: Content-Length " + quote(value));
        }
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new ProbeFailure("not HTTP: Content-Length " + quote(value));
            }
            length = 10 * length + digit;
        }
        return length;
    }

    /** At most 40 characters, those that cannot be printed as dots, so that a log stays a log. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length() && i < 40; i++) {
            char c = text.charAt(i);
            quoted.append(c >= ' ' && c < 0x7F ? c : '.');
        }
        return quoted.append(text.length() > 40 ? "…\"" : "\"").toString();
    }
}
