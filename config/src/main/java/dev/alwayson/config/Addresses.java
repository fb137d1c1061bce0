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
import java.util.Set;

/** What is listened on is free of conflicts and safe; what is connected to can be reached. */
final class Addresses {

    private static final Set<String> EVERY_ADDRESS = Set.of("", "0.0.0.0", "::");

    private final Draft draft;

    /** Which setting takes an address, by port and host; the host of every address is empty. */
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
        boolean every = EVERY_ADDRESS.contains(server.address().host());
        if (every && draft.sound(address)) {
            draft.report(address, HostAndPort.RULE_TO_CONNECT);
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
        return bind.port() == address.port()
                && (EVERY_ADDRESS.contains(bind.host())
                        ? loopback(address)
                        : canonical(bind.host()).equals(canonical(address.host())));
    }

    private void listening(SettingPath path, HostAndPort address) {
        List<String> steps = path.steps();
        boolean bind =
                steps.size() > 2
                        && steps.getFirst().equals("frontends")
                        && steps.get(2).equals("bind");
        if (bind) {
            take(path, address);
        }
    }

    private void admin(Admin admin) {
        SettingPath bind = SettingPath.of("admin", "bind");
        if (!draft.sound(bind)) {
            return;
        }
        take(bind, admin.bind());
        SettingPath token = SettingPath.of("admin", "token-file");
        if (!loopback(admin.bind()) && admin.tokenFile().isEmpty() && draft.sound(token)) {
            draft.report(
                    bind, "must be a loopback address, as in 127.0.0.1:7070, or with a token-file");
        }
    }

    private void take(SettingPath path, HostAndPort address) {
        if (address.port() == 0) {
            return;
        }
        Map<String, SettingPath> hosts =
                taken.computeIfAbsent(address.port(), _ -> new LinkedHashMap<>());
        String host = EVERY_ADDRESS.contains(address.host()) ? "" : canonical(address.host());
        Optional<SettingPath> every = Optional.ofNullable(hosts.get(""));
        Optional<SettingPath> earlier =
                host.isEmpty()
                        ? hosts.values().stream().findFirst()
                        : every.or(() -> Optional.ofNullable(hosts.get(host)));
        if (earlier.isPresent()) {
            draft.report(path, "must be free: " + earlier.get() + " takes it");
        } else {
            hosts.put(host, path);
        }
    }

    private static boolean loopback(HostAndPort address) {
        return literal(canonical(address.host()))
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
    }

    private static String canonical(String host) {
        String numeric = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        return literal(numeric).map(InetAddress::getHostAddress).orElse(numeric);
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
