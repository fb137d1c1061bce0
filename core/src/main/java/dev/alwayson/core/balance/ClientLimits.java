package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Network;
import dev.alwayson.core.setting.Setting;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How much clients may take of a frontend. */
public record ClientLimits(
        @Setting(
                        value =
                                "Client connections of the frontend at a time; one more is closed"
                                        + " at once, by a reset.",
                        standard = "0",
                        extremes =
                                "0: as many as the node has descriptors for. Small values let a few"
                                        + " slow clients keep all others out.",
                        min = "0",
                        max = "1000000")
                int maxConnections,
        @Setting(
                        value =
                                "Connections of one client at a time: of an IPv4 address, or of a"
                                        + " /64 network of IPv6; one more is closed at once, by a"
                                        + " reset. Does not hold for trusted-proxies.",
                        standard = "0",
                        extremes =
                                "0: no limit. Below 10, a browser may meet it; many people can"
                                        + " share one address.",
                        min = "0",
                        max = "1000000")
                int maxConnectionsPerAddress,
        @Setting(
                        value =
                                "Requests of one client: of an IPv4 address, or of a /64 network of"
                                        + " IPv6, also from behind trusted-proxies; 429 with"
                                        + " Retry-After above it.",
                        standard = "0",
                        extremes = "0: no limit. Many people can share one address.",
                        min = "0",
                        max = "1000000")
                int requestsPerSecond,
        @Setting(
                        value =
                                "Requests that a client who was quiet may send at once; they come"
                                        + " back at the rate of requests-per-second.",
                        standard = "0",
                        extremes =
                                "0: as many as a second's worth. 1: requests must come evenly"
                                        + " spaced, which browsers never do.",
                        min = "0",
                        max = "1000000")
                int requestBurst,
        @Setting(
                        "Clients, by network, for whom max-connections-per-address and"
                                + " requests-per-second do not hold; for the latter, behind"
                                + " trusted-proxies, the clients that those name.")
                List<Network> exempt) {

    public static final ClientLimits STANDARD = new ClientLimits(0, 0, 0, 0, List.of());

    public ClientLimits {
        exempt = List.copyOf(exempt);
    }

    /** Whether what is limited for each client is not for the one of this address. */
    public boolean exempts(InetAddress client) {
        return Network.anyContains(exempt, client);
    }

    /** Whether something is limited for each client. */
    public boolean hasOneForEach() {
        return hasRate() || maxConnectionsPerAddress > 0;
    }

    /** Whether a client's requests are limited. */
    public boolean hasRate() {
        return requestsPerSecond > 0;
    }

    /** From one request to the next at the full rate; asked only with {@link #hasRate}. */
    public long intervalNanos() {
        return TimeUnit.SECONDS.toNanos(1) / requestsPerSecond;
    }

    /** How much earlier than evenly spaced a request may come, so that a burst passes. */
    public long toleranceNanos() {
        int burst = requestBurst > 0 ? requestBurst : requestsPerSecond;
        return (burst - 1) * intervalNanos();
    }
}
