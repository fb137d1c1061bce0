package dev.alwayson.core.target;

import java.time.Duration;

/**
 * What one health check found.
 *
 * @param reason what was seen, in a few words: {@code status 200}, {@code connection refused}
 * @param took from connecting to the answer
 */
public record ProbeResult(boolean success, String reason, Duration took) {}
