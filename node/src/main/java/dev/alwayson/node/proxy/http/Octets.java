package dev.alwayson.node.proxy.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The classes of octets that HTTP/1 is made of (RFC 9110 section 5.6, RFC 3986 section 3). */
final class Octets {

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte TAB = '\t';

    /** {@code tchar}: method and field names. */
    static final int TOKEN = 1;

    /**
     * What a path may hold. Wider than RFC 3986, because browsers send {@code | ^ ` { } [ ]} as
     * they are; without {@code " # < > \}, which they do not send, and without {@code ?}.
     */
    static final int PATH = 2;

    /** What a query may hold: as a path, and {@code ? \}. */
    static final int QUERY = 4;

    /** What a host name may hold; narrower than {@code reg-name}: no sub-delims, no escapes. */
    static final int HOST = 8;

    static final int DIGIT = 16;
    static final int HEX = 32;

    /** A token's octets but for the underscore. */
    static final int PLAIN_NAME = 64;

    /** What an id of a request may hold: that of UUIDs, base64, HAProxy's and others' forms. */
    static final int REQUEST_ID = 128;

    private static final byte[] CLASSES = classes();
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = EACH << 7;

    private Octets() {}

    static boolean is(byte octet, int kind) {
        return (CLASSES[octet & 0xff] & kind) != 0;
    }

    /** Whether the octet may stand in a field value: visible, SP, HTAB or obs-text. */
    static boolean field(byte octet) {
        return octet < 0 || (octet >= SP && octet != 0x7f) || octet == TAB;
    }

    /** A control octet other than HTAB, CR and LF. */
    static boolean control(byte octet) {
        return !field(octet) && octet != CR && octet != LF;
    }

    /** Skips octets of a kind: the position of the first other one, or {@code end}. */
    static int skip(byte[] bytes, int from, int end, int kind) {
        int at = from;
        while (at < end && (CLASSES[bytes[at] & 0xff] & kind) != 0) {
            at++;
        }
        return at;
    }

    static int skipBlanks(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && (bytes[at] == SP || bytes[at] == TAB)) {
            at++;
        }
        return at;
    }

    static int trimBlanks(byte[] bytes, int from, int end) {
        int to = end;
        while (to > from && (bytes[to - 1] == SP || bytes[to - 1] == TAB)) {
            to--;
        }
        return to;
    }

    /**
     * Skips octets of a field value, eight at a time: the position of the first other one, or
     * {@code end}. A subtraction's borrow marks only octets above a true match, so that the lowest
     * mark is always right.
     */
    static int skipField(byte[] bytes, int from, int end) {
        int at = from;
        while (at + 8 <= end) {
            long eight = (long) LONGS.get(bytes, at);
            long del = eight ^ (EACH * 0x7f);
            long marks = (((eight - EACH * SP) & ~eight) | ((del - EACH) & ~del)) & HIGH;
            if (marks == 0) {
                at += 8;
                continue;
            }
            at += Long.numberOfTrailingZeros(marks) >>> 3;
            if (bytes[at] != TAB) {
                return at;
            }
            at++;
        }
        while (at < end && field(bytes[at])) {
            at++;
        }
        return at;
    }

    static boolean equal(byte[] bytes, int from, int to, byte[] text) {
        if (to - from != text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (bytes[from + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range is this text in any case; {@code lower} is in lower case. */
    static boolean equalInAnyCase(byte[] bytes, int from, int to, byte[] lower) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (lower(bytes[from + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean equalInAnyCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        return equalInAnyCase(bytes, from, to, bytes, otherFrom, otherTo);
    }

    static boolean equalInAnyCase(
            byte[] bytes, int from, int to, byte[] other, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(bytes[from + i]) != lower(other[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    static byte[] of(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int i = 0; i < 256; i++) {
            char c = (char) i;
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean visible = c > ' ' && c < 0x7f;
            int kinds = digit ? DIGIT : 0;
            kinds |= digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ? HEX : 0;
            kinds |= digit || letter || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0;
            kinds |= visible && "\"#<>\\?".indexOf(c) < 0 ? PATH : 0;
            kinds |= visible && "\"#<>".indexOf(c) < 0 ? QUERY : 0;
            kinds |= digit || letter || "-._~".indexOf(c) >= 0 ? HOST : 0;
            kinds |= digit || letter || "-._~+/=:@".indexOf(c) >= 0 ? REQUEST_ID : 0;
            kinds |= (kinds & TOKEN) != 0 && c != '_' ? PLAIN_NAME : 0;
            classes[i] = (byte) kinds;
        }
        return classes;
    }
}
