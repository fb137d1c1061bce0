package dev.alwayson.config;

import dev.alwayson.core.balance.Server;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.HostAndPort;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is listened on is free of conflicts and safe; what is connected to can be reached. */
final class Addresses {

    private static final Set<String> EVERY_ADDRESS = Set.of("", "0.0.0.0", "::");

    private final Draft draft;
    private final Map<SettingPath, HostAndPort> taken = new LinkedHashMap<>();

    private Addresses(Draft draft) {
        this.draft = draft;
    }

    static void check(Draft draft) {
        Addresses addresses = new Addresses(draft);
        draft.each(Server.class, addresses::server);
        draft.configuration().map(Configuration::admin).ifPresent(addresses::admin);
        draft.eachValue(HostAndPort.class, addresses::listening);
    }

    private void server(SettingPath path, Server server) {
        SettingPath address = path.key("address");
        boolean reachable =
                !EVERY_ADDRESS.contains(server.address().host()) && server.address().port() > 0;
        if (!reachable && draft.sound(address)) {
            draft.report(address, "must be a host and a port from 1 to 65535, as in 10.0.0.1:80");
        }
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
        Optional<SettingPath> earlier =
                taken.entrySet().stream()
                        .filter(other -> overlap(other.getValue(), address))
                        .map(Map.Entry::getKey)
                        .findFirst();
        if (earlier.isPresent()) {
            draft.report(path, "must be free: " + earlier.get() + " takes it");
        } else {
            taken.put(path, address);
        }
    }

    private static boolean overlap(HostAndPort a, HostAndPort b) {
        return a.port() == b.port()
                && a.port() != 0
                && (EVERY_ADDRESS.contains(a.host())
                        || EVERY_ADDRESS.contains(b.host())
                        || canonical(a.host()).equals(canonical(b.host())));
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
