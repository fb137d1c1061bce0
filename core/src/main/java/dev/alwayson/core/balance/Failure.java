package dev.alwayson.core.balance;

/** How one server's try of a request failed. */
public enum Failure {
    /**
     * Nothing of the request was sent: the connection was refused, reset or not made in time, or
     * the server went down before.
     */
    CONNECT_FAILED,
    /**
     * A kept connection closed or broke before any byte of the response: most likely the server
     * closed it for being idle while the request was on its way.
     */
    KEPT_CONNECTION_CLOSED,
    /** A new connection closed or broke after something of the request was sent. */
    CONNECTION_BROKEN,
    /** The server's health became bad while it worked on the request. */
    SERVER_WENT_DOWN,
    /** The server's part of the time, {@code try}, is over. */
    TRY_TIMED_OUT,
    /** The server answered with a status of {@code on-status}. */
    STATUS
}
