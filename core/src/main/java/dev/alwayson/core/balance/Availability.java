package dev.alwayson.core.balance;

/** Whether a backend can serve. */
public enum Availability {
    /** Some server can serve, and none fails its checks. */
    UP,
    /** Some server can serve, some fail their checks, or only backup servers serve. */
    DEGRADED,
    /** No server can serve: {@code when-down}. */
    DOWN
}
