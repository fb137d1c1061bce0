package dev.alwayson.app.demo;

import dev.alwayson.cli.Commands;
import dev.alwayson.config.Environment;
import dev.alwayson.node.wiring.Node;
import dev.alwayson.node.wiring.ProxyPath;
import dev.alwayson.node.wiring.StartFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/**
 * A node and a load on it, all in this process, and the commands that are asked of it: what a JVM
 * that records for its ahead-of-time cache is to see, so that a node that starts with the cache is
 * warm, and a command as well.
 */
final class Rehearsal {

    private Rehearsal() {}

    /**
     * @param folder for the node's files
     * @throws IOException if it failed, or any request did
     */
    static void run(Path folder, Duration time)
            throws IOException, InterruptedException, StartFailed {
        try (RehearsedServer first = new RehearsedServer();
                RehearsedServer second = new RehearsedServer()) {
            List<Integer> ports = FreePort.find(3);
            Path file =
                    Files.writeString(
                            folder.resolve("alwayson.yaml"),
                            """
                            data: %s
                            admin: {bind: "127.0.0.1:%d"}
                            frontends:
                              web: {bind: "127.0.0.1:%d", backend: shop, access-log: %s, upgrade: websocket}
                              raw: {bind: "127.0.0.1:%d", mode: tcp, backend: echo}
                            backends:
                              echo:
                                servers: {first: "127.0.0.1:%d", second: "127.0.0.1:%d"}
                              shop:
                                health-check: {http: /whole/1, interval: 1s}
                                servers: {first: "127.0.0.1:%d", second: "127.0.0.1:%d"}
                            """
                                    .formatted(
                                            folder.resolve("data"),
                                            ports.get(0),
                                            ports.get(1),
                                            folder.resolve("access.log"),
                                            ports.get(2),
                                            first.echoPort(),
                                            second.echoPort(),
                                            first.port(),
                                            second.port()));
            Node node =
                    Node.start(
                            file, Environment.ofProcess(Optional.of("rehearsal")), ProxyPath::open);
            try {
                new RehearsedClients(ports.get(1), ports.get(2), ports.get(0)).work(time);
                commands(file, "127.0.0.1:" + ports.get(0));
            } finally {
                node.stop("rehearsal");
                node.awaitEnd();
            }
        }
    }

    /** What they print is nobody's. */
    private static void commands(Path file, String admin) throws IOException {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        for (List<String> words :
                List.of(
                        List.of("check", file.toString()),
                        List.of("status", "--admin", admin),
                        List.of("events", "--admin", admin),
                        List.of("ready", "shop/first", "--admin", admin),
                        List.of("reload", "--admin", admin))) {
            CommandLine commands = Commands.create().setOut(nowhere).setErr(nowhere);
            int exitCode = commands.execute(words.toArray(String[]::new));
            if (exitCode != 0) {
                throw new IOException(words + ": exit code " + exitCode);
            }
        }
    }
}
