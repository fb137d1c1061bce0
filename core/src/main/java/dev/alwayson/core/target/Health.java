package dev.alwayson.core.target;

/** What rise and fall thresholds make of a target's health checks. */
public enum Health {
    /** No check has answered yet. */
    UNKNOWN,
    HEALTHY,
    UNHEALTHY
}
