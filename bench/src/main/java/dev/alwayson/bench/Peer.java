package dev.alwayson.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A program that is compared.
 *
 * @param name as the tables call it
 * @param file its configuration, a resource with places to fill in
 * @param server one of its thousand servers as its configuration says it, by number from 0
 * @param tcp whether it carries TCP too
 */
record Peer(String name, String file, IntFunction<String> server, boolean tcp) {

    static final Peer ALWAYS_ON =
            new Peer(
                    "Always On",
                    "alwayson.yaml",
                    i -> "      m" + i + ": " + address(i) + "\n",
                    true);

    static final List<Peer> ALL =
            List.of(
                    ALWAYS_ON,
                    new Peer(
                            "HAProxy",
                            "haproxy.cfg",
                            i -> "    server m" + i + " " + address(i) + " check\n",
                            true),
                    new Peer(
                            "nginx",
                            "nginx.conf",
                            i -> "        server " + address(i) + ";\n",
                            true),
                    new Peer("Caddy", "Caddyfile", i -> " " + address(i), false));

    /** All of them are the one origin, which listens on every loopback address. */
    private static String address(int number) {
        return "127.1." + number / 250 + "." + (1 + number % 250) + ":${origin}";
    }

    List<String> command(Path root, Path file) {
        return switch (name) {
            case "Always On" ->
                    List.of(root.resolve("alwayson").toString(), "run", file.toString());
            case "HAProxy" -> List.of("haproxy", "-db", "-f", file.toString());
            case "nginx" -> List.of("nginx", "-c", file.toString());
            case "Caddy" ->
                    List.of(
                            "env",
                            "GOMAXPROCS=1",
                            "caddy",
                            "run",
                            "--adapter",
                            "caddyfile",
                            "--config",
                            file.toString());
            default -> throw new IllegalStateException(name);
        };
    }

    List<String> versionCommand() {
        return switch (name) {
            case "Always On" -> List.of();
            case "HAProxy" -> List.of("haproxy", "-v");
            case "nginx" -> List.of("nginx", "-v");
            case "Caddy" -> List.of("caddy", "version");
            default -> throw new IllegalStateException(name);
        };
    }
}
