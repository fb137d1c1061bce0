package dev.alwayson.core.balance;

import dev.alwayson.core.setting.HostAndPort;

/**
 * What came of the requests that one server was given within about a second.
 *
 * @param address where they went; what failed there says nothing of a server that has moved since
 * @param failed by the server's doing: those that {@link Eject} names
 * @param answered well
 */
public record ServerTries(ServerId server, HostAndPort address, long failed, long answered) {}
