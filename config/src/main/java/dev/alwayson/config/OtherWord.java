package dev.alwayson.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of other proxies that have another name here: what people write who know HAProxy,
 * nginx, Caddy, Envoy or Traefik.
 */
final class OtherWord {

    /** To the keys that it may mean: the first that the group has. */
    private static final Map<String, List<String>> MEANINGS =
            Map.ofEntries(
                    Map.entry("websocket", List.of("upgrade")),
                    Map.entry("websockets", List.of("upgrade")),
                    Map.entry("listen", List.of("bind", "frontends")),
                    Map.entry("listeners", List.of("frontends")),
                    Map.entry("entrypoints", List.of("frontends")),
                    Map.entry("upstream", List.of("backend", "backends")),
                    Map.entry("upstreams", List.of("backends", "servers")),
                    Map.entry("clusters", List.of("backends")),
                    Map.entry("services", List.of("backends")),
                    Map.entry("proxy_pass", List.of("backend")),
                    Map.entry("reverse_proxy", List.of("backend")),
                    Map.entry("default_backend", List.of("backend")),
                    Map.entry("use_backend", List.of("routes")),
                    Map.entry("locations", List.of("routes")),
                    Map.entry("rules", List.of("routes")),
                    Map.entry("server_name", List.of("host")),
                    Map.entry("lb_policy", List.of("balance")),
                    Map.entry("algorithm", List.of("balance")),
                    Map.entry("maxconn", List.of("max-connections")),
                    Map.entry("max_conns", List.of("max-connections")),
                    Map.entry("check", List.of("health-check")),
                    Map.entry("client_max_body_size", List.of("max-body")),
                    Map.entry("error_page", List.of("when-down")),
                    Map.entry("errorfile", List.of("when-down")),
                    Map.entry("outlier_detection", List.of("eject")));

    private OtherWord() {}

    static Optional<String> meant(String word, Collection<String> known) {
        return MEANINGS.getOrDefault(word, List.of()).stream().filter(known::contains).findFirst();
    }
}
