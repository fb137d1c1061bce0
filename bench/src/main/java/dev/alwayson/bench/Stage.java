package dev.alwayson.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Everything that runs for the comparison: the origin and the peers, all at once; those that have
 * nothing to do do nothing.
 */
final class Stage implements AutoCloseable {

    private static final int SERVERS = 1000;
    private static final int START_SECONDS = 60;

    private final Path root;
    private final Path folder;
    private final int proxyCore;
    private final int origin = Ports.free(1).getFirst();
    private final Map<Peer, Ports> ports = new LinkedHashMap<>();
    private final Map<Peer, Program> programs = new LinkedHashMap<>();
    private final Program originProgram;

    /**
     * @param root of the project
     * @param folder for files and logs, empty
     */
    Stage(Path root, Path folder, int proxyCore, int loadCore, List<Peer> peers)
            throws IOException, InterruptedException {
        this.root = root;
        this.folder = folder;
        this.proxyCore = proxyCore;
        Path www = Files.createDirectories(folder.resolve("www"));
        Files.write(www.resolve("10k"), new byte[10 << 10]);
        Files.write(www.resolve("1m"), new byte[1 << 20]);
        Path file = write("origin.conf", Map.of("body100", "x".repeat(100)));
        originProgram =
                Program.start(
                        loadCore,
                        folder.resolve("origin.out"),
                        List.of("nginx", "-c", file.toString()));
        try {
            await(origin, originProgram, "origin");
            for (Peer peer : peers) {
                start(peer);
            }
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void start(Peer peer) throws IOException, InterruptedException {
        ports.put(peer, Ports.free());
        launch(peer, SERVERS);
    }

    private Path configure(Peer peer, int count) throws IOException {
        Ports at = at(ports, peer);
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < count; i++) {
            servers.append(peer.server().apply(i));
        }
        return write(
                peer.file(),
                Map.of(
                        "servers",
                        servers.toString().replace("${origin}", String.valueOf(origin)),
                        "http",
                        String.valueOf(at.http()),
                        "many",
                        String.valueOf(at.many()),
                        "tcp",
                        String.valueOf(at.tcp()),
                        "admin",
                        String.valueOf(at.admin())));
    }

    private void launch(Peer peer, int servers) throws IOException, InterruptedException {
        Program program =
                Program.start(
                        proxyCore,
                        folder.resolve(peer.file() + ".out"),
                        peer.command(root, configure(peer, servers)));
        programs.put(peer, program);
        await(port(peer, Ports.Entrance.HTTP), program, peer.name());
    }

    /**
     * Ends it and starts it again: it answers then, and has done nothing else yet. It has one
     * server now, lest the first checks of a thousand be counted as its start.
     */
    void restart(Peer peer) throws IOException, InterruptedException {
        program(peer).close();
        launch(peer, 1);
    }

    private Path write(String resource, Map<String, String> places) throws IOException {
        String text = resource(resource);
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = text.replace("${" + place.getKey() + "}", place.getValue());
        }
        text = text.replace("${folder}", folder.toString());
        text = text.replace("${origin}", String.valueOf(origin));
        return Files.writeString(folder.resolve(resource), text);
    }

    /** The text of a resource of bench. */
    static String resource(String name) throws IOException {
        try (InputStream in = Stage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + ": not among the resources of bench");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void await(int port, Program program, String name)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/100")).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!answers(client, request)) {
                if (!program.alive() || System.nanoTime() > deadline) {
                    throw new IOException(name + " does not answer; it said: " + program.said());
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static boolean answers(HttpClient client, HttpRequest request)
            throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false; // Not yet: whoever asks has a deadline.
        }
    }

    int port(Peer peer, Ports.Entrance entrance) {
        return at(ports, peer).of(entrance);
    }

    Program program(Peer peer) {
        return at(programs, peer);
    }

    private static <T> T at(Map<Peer, T> map, Peer peer) {
        T found = map.get(peer);
        if (found == null) {
            throw new IllegalStateException(peer.name() + " is not on the stage");
        }
        return found;
    }

    @Override
    public void close() {
        programs.values().forEach(Program::close);
        originProgram.close();
    }
}
