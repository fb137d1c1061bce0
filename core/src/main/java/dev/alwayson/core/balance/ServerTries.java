package dev.alwayson.core.balance;

/**
 * What came of the requests that one server was given within about a second.
 *
 * @param failed by the server's doing: those that {@link Eject} names
 * @param answered well
 */
public record ServerTries(ServerId server, long failed, long answered) {}
