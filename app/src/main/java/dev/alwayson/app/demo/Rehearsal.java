package dev.alwayson.app.demo;

import dev.alwayson.cli.Commands;
import dev.alwayson.config.Environment;
import dev.alwayson.node.wiring.Node;
import dev.alwayson.node.wiring.ProxyPath;
import dev.alwayson.node.wiring.StartFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * A node and a load on it, all in this process, and the commands that are asked of it: what a JVM
 * that records for its ahead-of-time cache is to see, so that a node that starts with the cache is
 * warm, and a command as well.
 */
final class Rehearsal {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CLIENTS = 8;
    private static final int REQUESTS_A_CONNECTION = 100;

    private Rehearsal() {}

    /**
     * @param folder for the node's files
     * @throws IOException if it failed, or any request did
     */
    static void run(Path folder, Duration time)
            throws IOException, InterruptedException, StartFailed {
        try (DemoServer first = serving("first");
                DemoServer second = serving("second")) {
            List<Integer> ports = FreePort.find(2);
            Path file =
                    Files.writeString(
                            folder.resolve("alwayson.yaml"),
                            """
                            data: %s
                            admin: {bind: "127.0.0.1:%d"}
                            frontends:
                              web: {bind: "127.0.0.1:%d", backend: shop, access-log: %s}
                            backends:
                              shop:
                                health-check: {http: /health, interval: 10ms, fast-interval: 10ms}
                                servers: {first: "127.0.0.1:%d", second: "127.0.0.1:%d"}
                            """
                                    .formatted(
                                            folder.resolve("data"),
                                            ports.get(0),
                                            ports.get(1),
                                            folder.resolve("access.log"),
                                            first.port(),
                                            second.port()));
            Node node =
                    Node.start(
                            file, Environment.ofProcess(Optional.of("rehearsal")), ProxyPath::open);
            try {
                work(ports.get(1), ports.get(0), time);
                commands(file, "127.0.0.1:" + ports.get(0));
            } finally {
                node.stop("rehearsal");
                node.awaitEnd();
            }
        }
    }

    private static DemoServer serving(String name) throws IOException {
        DemoServer server = DemoServer.start(name, 0);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        server.serve();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return server;
    }

    private static void work(int port, int adminPort, Duration time)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Queue<IOException> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (System.nanoTime() - end < 0) {
                                        converse(port);
                                    }
                                } catch (IOException e) {
                                    failures.add(e);
                                }
                            }));
        }
        while (System.nanoTime() - end < 0) {
            for (String page : List.of("/health", "/metrics", "/api/v1/status")) {
                HttpConnection.once(adminPort, PATIENCE, "GET", page, "");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        for (Thread client : clients) {
            client.join();
        }
        if (!failures.isEmpty()) {
            throw failures.remove();
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

    private static void converse(int port) throws IOException {
        try (HttpConnection connection = HttpConnection.open(port, PATIENCE)) {
            for (int i = 0; i < REQUESTS_A_CONNECTION; i++) {
                connection.send("GET", "/item/" + i, "", true);
            }
            connection.send("PUT", "/item", "{}", false);
        }
    }
}
