package dev.alwayson.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * A program that is compared.
 *
 * @param name as the tables call it
 * @param file its configuration, a resource with places to fill in
 * @param server one of its thousand servers as its configuration says it, by number from 0
 * @param tcp whether it carries TCP too
 * @param command that starts it, of the project's root and its configuration
 */
record Peer(
        String name,
        String file,
        IntFunction<String> server,
        boolean tcp,
        BiFunction<Path, Path, List<String>> command) {

    static final Peer ALWAYS_ON =
            new Peer(
                    "Always On",
                    "alwayson.yaml",
                    i -> "      m" + i + ": " + address(i) + "\n",
                    true,
                    (root, file) ->
                            List.of(root.resolve("alwayson").toString(), "run", file.toString()));

    static final List<Peer> ALL =
            List.of(
                    ALWAYS_ON,
                    new Peer(
                            "HAProxy",
                            "haproxy.cfg",
                            i -> "    server m" + i + " " + address(i) + " check inter 60s\n",
                            true,
                            (_, file) -> List.of("haproxy", "-db", "-f", file.toString())),
                    new Peer(
                            "nginx",
                            "nginx.conf",
                            i -> "        server " + address(i) + ";\n",
                            true,
                            (_, file) -> List.of("nginx", "-c", file.toString())),
                    new Peer(
                            "Caddy",
                            "Caddyfile",
                            i -> " " + address(i),
                            false,
                            (_, file) ->
                                    List.of(
                                            "env",
                                            "GOMAXPROCS=1",
                                            "caddy",
                                            "run",
                                            "--adapter",
                                            "caddyfile",
                                            "--config",
                                            file.toString())));

    /** All of them are the one origin, which listens on every loopback address. */
    private static String address(int number) {
        return "127.1." + number / 250 + "." + (1 + number % 250) + ":${origin}";
    }

    List<String> command(Path root, Path file) {
        return command.apply(root, file);
    }
}
