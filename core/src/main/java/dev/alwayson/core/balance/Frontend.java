package dev.alwayson.core.balance;

import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Network;
import dev.alwayson.core.setting.Setting;
import java.util.List;
import java.util.Optional;

/** Accepts traffic and sends it to backends. */
public record Frontend(
        @Setting(
                        "The address to listen on, or a list of them; :8080 is every address,"
                                + " 0.0.0.0:8080 every one of IPv4.")
                List<HostAndPort> bind,
        @Setting(
                        value =
                                "http: requests are understood, and go to servers one by one. tcp: the bytes of a connection are passed on as they come.",
                        standard = "http")
                Mode mode,
        @Setting("Where a request goes that no route takes; without it such a request gets 404.")
                Optional<String> backend,
        @Setting("Which requests go elsewhere, by host and path; the first that matches counts.")
                List<Route> routes,
        @Setting(value = "How long a client may take.", standard = "{}") FrontendTimeouts timeouts,
        @Setting("A line for each request; without it none are written.")
                Optional<AccessLog> accessLog,
        @Setting(value = "The largest body of a request; 413 above it.", standard = "unlimited")
                ByteSize maxBody,
        @Setting(
                        value =
                                "The protocols that a request may upgrade to: [websocket]. Any other"
                                        + " request goes on without its upgrade.",
                        form = "websocket",
                        rule = "must be websocket, the one protocol that is known")
                List<String> upgrade,
        @Setting(
                        "Proxies in front of this one, whose X-Forwarded-For, -Proto and -Host are"
                                + " believed and kept; those of others are replaced.")
                List<Network> trustedProxies,
        @Setting(
                        value =
                                "Whether each request has an X-Request-Id for its server, also in"
                                        + " the access log and in answers of the node's own: that"
                                        + " of trusted-proxies, else a new one.",
                        standard = "false")
                boolean requestId,
        @Setting(value = "How large a request's head may be.", standard = "{}") Limits limits,
        @Setting(value = "How much clients may take.", standard = "{}") ClientLimits clients,
        @Setting(
                        value =
                                "Whether header names with an underscore are passed on; many"
                                        + " servers take them for the name with a dash.",
                        standard = "false")
                boolean underscoreNames) {

    public Frontend {
        bind = List.copyOf(bind);
        routes = List.copyOf(routes);
        upgrade = List.copyOf(upgrade);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** A frontend for HTTP with every other setting at its default. */
    public static Frontend http(HostAndPort bind, String backend) {
        return new Frontend(
                List.of(bind),
                Mode.HTTP,
                Optional.of(backend),
                List.of(),
                FrontendTimeouts.STANDARD,
                Optional.empty(),
                ByteSize.UNLIMITED,
                List.of(),
                List.of(),
                false,
                Limits.STANDARD,
                ClientLimits.STANDARD,
                false);
    }
}
