package dev.alwayson.core.balance;

/** How a backend answers. */
public enum Answer {
    /** The request is sent to the server that is picked, its response to the client. */
    PROXY,
    /** The client is sent to the server that is picked, by 302 and Location. */
    REDIRECT
}
