package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.HostAndPort;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is listened on is free of conflicts and safe; what is connected to can be reached. */
final class Addresses {

    /** Canonical hosts. */
    private static final String EVERY_ADDRESS = "";

    private static final String EVERY_IPV4 = "0.0.0.0";

    private final Draft draft;

    /** Which setting takes an address, by port and canonical host. */
    private final Map<Integer, Map<String, SettingPath>> taken = new HashMap<>();

    private Addresses(Draft draft) {
        this.draft = draft;
    }

    static void check(Draft draft) {
        Addresses addresses = new Addresses(draft);
        draft.each(Server.class, addresses::server);
        draft.configuration().map(Configuration::admin).ifPresent(addresses::admin);
        draft.eachValue(HostAndPort.class, addresses::listening);
        draft.configuration().ifPresent(addresses::circles);
    }

    private void server(SettingPath path, Server server) {
        SettingPath address = path.key("address");
        boolean every = every(canonical(server.address().host()));
        if (every && draft.sound(address)) {
            draft.report(address, "must be one host to connect to, and this is every address");
        }
    }

    /** A server that is the frontend which leads to it would pass everything on to itself. */
    private void circles(Configuration configuration) {
        configuration
                .frontends()
                .forEach((name, frontend) -> {
                    for (String backend : LeadsTo.from(frontend, configuration.backends())) {
                        Backend group = configuration.backends().get(backend);
                        if (group != null) {
                            circles(SettingPath.of("backends", backend), group, name, frontend);
                        }
                    }
                });
    }

    private void circles(SettingPath backend, Backend group, String name, Frontend frontend) {
        group.servers()
                .forEach((server, settings) -> {
                    SettingPath address = backend.key("servers", server, "address");
                    boolean own =
                            frontend.bind().stream().anyMatch(b -> meets(b, settings.address()));
                    if (own && draft.sound(address)) {
                        draft.report(
                                address,
                                "must not be where frontends."
                                        + name
                                        + " listens, which leads here: nothing would ever arrive");
                    }
                });
    }

    /** Whether connecting to this address certainly meets whoever listens there. */
    private static boolean meets(HostAndPort bind, HostAndPort address) {
        String listening = canonical(bind.host());
        boolean surely = !every(listening) || loopback(address);
        return bind.port() == address.port()
                && surely
                && holds(listening, canonical(address.host()));
    }

    private void listening(SettingPath path, HostAndPort address) {
        List<String> steps = path.steps();
        boolean bind =
                steps.size() > 2
                        && steps.getFirst().equals("frontends")
                        && steps.get(2).equals("bind");
        if (bind) {
            take(path, canonical(address.host()), address.port());
        }
    }

    private void admin(Admin admin) {
        SettingPath bind = SettingPath.of("admin", "bind");
        if (!draft.sound(bind)) {
            return;
        }
        String host = canonical(admin.bind().host());
        // It listens with the JDK's sockets, for which every address of IPv4 is one of IPv6 too.
        if (admin.bind().port() != 0) {
            take(bind, every(host) ? EVERY_ADDRESS : host, admin.bind().port());
        }
        SettingPath token = SettingPath.of("admin", "token-file");
        if (!loopback(admin.bind()) && admin.tokenFile().isEmpty() && draft.sound(token)) {
            draft.report(
                    bind, "must be a loopback address, as in 127.0.0.1:7070, or with a token-file");
        }
    }

    private void take(SettingPath path, String host, int port) {
        Map<String, SettingPath> hosts = taken.computeIfAbsent(port, _ -> new LinkedHashMap<>());
        Optional<SettingPath> earlier =
                hosts.entrySet().stream()
                        .filter(each -> conflict(host, each.getKey(), port))
                        .map(Map.Entry::getValue)
                        .findFirst();
        if (earlier.isPresent()) {
            draft.report(path, port == 0 ? anyPort(earlier.get()) : taken(earlier.get()));
        } else {
            hosts.put(host, path);
        }
    }

    private static String taken(SettingPath earlier) {
        return "must be free: " + earlier + " takes it";
    }

    private static String anyPort(SettingPath earlier) {
        return "must be another address or have a port: port 0 can stand once for an address, and "
                + earlier
                + " has it";
    }

    /** Any free port never conflicts; but listeners are told apart by what the file says. */
    private static boolean conflict(String host, String other, int port) {
        return port == 0 ? host.equals(other) : holds(host, other) || holds(other, host);
    }

    /** Whether who listens on the first takes the second too; both are canonical. */
    private static boolean holds(String wide, String host) {
        return wide.equals(host)
                || wide.equals(EVERY_ADDRESS)
                || (wide.equals(EVERY_IPV4) && !host.contains(":"));
    }

    private static boolean every(String host) {
        return host.equals(EVERY_ADDRESS) || host.equals(EVERY_IPV4);
    }

    private static boolean loopback(HostAndPort address) {
        return literal(canonical(address.host()))
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
    }

    private static String canonical(String host) {
        String numeric = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        String address = literal(numeric).map(InetAddress::getHostAddress).orElse(numeric);
        return address.equals("0:0:0:0:0:0:0:0") ? EVERY_ADDRESS : address;
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            // It is a name.
            return Optional.empty();
        }
    }
}
