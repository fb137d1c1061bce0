package dev.alwayson.app.demo;

import java.util.Map;

/** The configuration file of the demo's balancer. */
record BalancerFile(int adminPort, int port, Map<String, Integer> servers) {

    BalancerFile {
        servers = Map.copyOf(servers);
    }

    /** With every server at weight 1. */
    String text() {
        return text("");
    }

    /** With one server at weight 3. */
    String text(String favoured) {
        StringBuilder file =
                new StringBuilder(
                        """
                        data: ./data
                        admin: {bind: "127.0.0.1:%d"}
                        frontends:
                          web: {bind: "127.0.0.1:%d", backend: shop}
                        backends:
                          shop:
                            health-check: {http: /health, interval: 500ms, timeout: 400ms, rise: 2, fall: 2, fast-interval: 200ms}
                            retries: {attempts: 3, budget: 50%%, on-status: [500]}
                            timeouts: {connect: 500ms, try: 1s, response: 10s}
                            servers:
                        """
                                .formatted(adminPort, port));
        servers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(server ->
                        file.append(
                                "      %s: {address: \"127.0.0.1:%d\", weight: %d}\n"
                                        .formatted(
                                                server.getKey(),
                                                server.getValue(),
                                                server.getKey().equals(favoured) ? 3 : 1)));
        return file.toString();
    }
}
