package dev.alwayson.node.proxy.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * A line that is being put together. What comes from outside is escaped, so that it can neither end
 * the line nor leave its quotes. Reused; confined to one thread.
 */
final class LineBuffer {

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ESCAPE = 6;

    /** At n the least number of more than n digits. */
    private static final long[] POWERS_OF_TEN =
            LongStream.iterate(1, power -> power * 10).limit(19).toArray();

    byte[] bytes = new byte[2048];
    int size;

    void clear() {
        size = 0;
    }

    LineBuffer put(byte[] text) {
        return put(text, 0, text.length);
    }

    LineBuffer put(byte[] text, int offset, int length) {
        room(length);
        System.arraycopy(text, offset, bytes, size, length);
        size += length;
        return this;
    }

    LineBuffer put(char ascii) {
        room(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    LineBuffer put(byte octet) {
        room(1);
        bytes[size++] = octet;
        return this;
    }

    /** Puts a number in decimal digits. */
    LineBuffer putDecimal(long number) {
        if (number < 0) {
            return put('-').putDigits(-number, 1);
        }
        return putDigits(number, 1);
    }

    /** Puts a number of 0 or more with at least so many digits. */
    LineBuffer putDigits(long number, int least) {
        int digits = least;
        while (digits < POWERS_OF_TEN.length && number >= POWERS_OF_TEN[digits]) {
            digits++;
        }
        room(digits);
        long rest = number;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    /**
     * Puts the inside of a JSON string (RFC 8259 section 7). An octet that is not visible ASCII or
     * a space becomes {@code \}{@code u00XX}, also those that may be part of UTF-8: what they mean
     * is not known.
     */
    LineBuffer putJson(byte[] text, int offset, int length) {
        room(length * LONGEST_ESCAPE);
        byte[] to = bytes;
        int at = size;
        for (int i = offset; i < offset + length; i++) {
            byte octet = text[i];
            if (octet < ' ' || octet == 0x7f) {
                to[at++] = '\\';
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[octet >> 4 & 15];
                to[at++] = HEX[octet & 15];
                continue;
            }
            if (octet == '"' || octet == '\\') {
                to[at++] = '\\';
            }
            to[at++] = octet;
        }
        size = at;
        return this;
    }

    /** Puts text as HAProxy encodes it: {@code " #} and what is not visible ASCII as #XX. */
    LineBuffer putHashed(byte[] text, int offset, int length) {
        room(length * LONGEST_ESCAPE);
        for (int i = offset; i < offset + length; i++) {
            byte octet = text[i];
            if (octet < ' ' || octet == 0x7f || octet == '"' || octet == '#') {
                bytes[size++] = '#';
                bytes[size++] = HEX[octet >> 4 & 15];
                bytes[size++] = HEX[octet & 15];
            } else {
                bytes[size++] = octet;
            }
        }
        return this;
    }

    private void room(int length) {
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
        }
    }
}
