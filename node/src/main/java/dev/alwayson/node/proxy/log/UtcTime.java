package dev.alwayson.node.proxy.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes times of UTC to the millisecond. The text of a second is kept, so that objects are made
 * once a second. Confined to one thread.
 */
final class UtcTime {

    private final DateTimeFormatter seconds;
    private long keptSecond = Long.MIN_VALUE;
    private byte[] kept = {};

    private UtcTime(String pattern) {
        seconds = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** The form of RFC 3339, without the Z: {@code 2026-11-21T12:00:00.123}. */
    static UtcTime rfc3339() {
        return new UtcTime("yyyy-MM-dd'T'HH:mm:ss");
    }

    /** HAProxy's form: {@code 21/Nov/2026:12:00:00.123}. */
    static UtcTime haproxy() {
        return new UtcTime("dd/MMM/yyyy:HH:mm:ss");
    }

    /**
     * @param millis since 1970, in the years 1970 to 9999
     */
    void put(long millis, LineBuffer line) {
        long second = millis / 1000;
        if (second != keptSecond) {
            kept =
                    seconds.format(Instant.ofEpochSecond(second))
                            .getBytes(StandardCharsets.US_ASCII);
            keptSecond = second;
        }
        line.put(kept).put('.').putDigits(millis % 1000, 3);
    }
}
