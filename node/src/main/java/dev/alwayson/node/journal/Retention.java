package dev.alwayson.node.journal;

import java.time.Duration;

/**
 * How much of the past is kept. The newest event always is, because numbering continues from it.
 *
 * @param events at least 1
 */
record Retention(long events, Duration age) {

    /**
     * A million events are some 300 MB: years of an uneventful service, or months of a restless
     * one. 400 days show a whole year, and the same month a year ago.
     */
    static final Retention STANDARD = new Retention(1_000_000, Duration.ofDays(400));
}
