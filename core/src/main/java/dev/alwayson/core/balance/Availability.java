package dev.alwayson.core.balance;

/** Whether a backend can serve. */
public enum Availability {
    /** Some server can serve, and none fails its checks or is ejected. */
    UP,
    /** Some server can serve, some fail their checks or are ejected, or only backups serve. */
    DEGRADED,
    /** No server can serve: {@code when-down}, or panic. */
    DOWN
}
