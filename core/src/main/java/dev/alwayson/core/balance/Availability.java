package dev.alwayson.core.balance;

/** Whether a backend can serve. */
public enum Availability {
    /** Every server that is not drained or in maintenance serves. */
    UP,
    /** Some server can serve, some cannot, or only backup servers do. */
    DEGRADED,
    /** No server can serve: {@code when-down}. */
    DOWN
}
