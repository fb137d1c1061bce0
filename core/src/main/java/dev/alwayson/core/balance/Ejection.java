package dev.alwayson.core.balance;

import java.time.Instant;

/**
 * That a server gets nothing new for a while because its requests kept failing.
 *
 * @param reason what failed
 * @param times how often it was ejected in succession, this time included
 * @param until when it ends by itself
 */
public record Ejection(String reason, int times, Instant since, Instant until) {}
