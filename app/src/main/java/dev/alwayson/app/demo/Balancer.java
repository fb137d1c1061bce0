package dev.alwayson.app.demo;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo's balancer: a process of its own, asked through its admin API like any other. */
final class Balancer {

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path path;
    private final BalancerFile file;
    private final Child process;
    private long position;

    private Balancer(Path path, BalancerFile file, Child process) {
        this.path = path;
        this.file = file;
        this.process = process;
    }

    /** Starts it on this file, and waits until it is ready. */
    static Balancer start(BalancerFile file, Path folder, Janitor janitor)
            throws IOException, InterruptedException {
        Path path = folder.resolve("alwayson.yaml");
        Files.writeString(path, file.text());
        Child process =
                Child.start(
                        JavaCommand.likeThis(
                                Main.class,
                                List.of("run", path.toString(), "--node", "demo"),
                                folder),
                        folder.resolve("balancer.log"),
                        janitor);
        Balancer balancer = new Balancer(path, file, process);
        balancer.awaitReady();
        return balancer;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready()) {
            if (!process.runs()) {
                throw new IOException("the balancer did not start:\n" + process.tail());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "the balancer was not ready after %d s:%n%s"
                                .formatted(START.toSeconds(), process.tail()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean ready() {
        try {
            return ask("GET", "/health/ready").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    boolean runs() {
        return process.runs();
    }

    /** The last lines of its log. */
    String tail() {
        return process.tail();
    }

    List<ServerStatus> servers() throws IOException {
        return ServerStatus.read(json("/api/v1/status"));
    }

    /** What happened since the last call. One caller at a time. */
    List<Occurrence> news() throws IOException {
        List<Occurrence> news = Occurrence.read(json("/api/v1/events?after=" + position));
        if (!news.isEmpty()) {
            position = news.getLast().position();
        }
        return news;
    }

    /** How many tries it made again, since it started. */
    long retries() throws IOException {
        HttpAnswer answer = expect(200, "GET", "/metrics");
        return Math.round(
                answer.body()
                        .lines()
                        .filter(line ->
                                line.startsWith("alwayson_retries_total{")
                                        || line.startsWith("alwayson_retries_total "))
                        .mapToDouble(line ->
                                Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum());
    }

    /** Changes the file so that one server gets three times the work, and has it applied. */
    void favour(String server) throws IOException {
        reload(file.text(server));
    }

    /** Takes {@link #favour} back. */
    void favourNone() throws IOException {
        reload(file.text());
    }

    private void reload(String text) throws IOException {
        Files.writeString(path, text);
        expect(200, "POST", "/api/v1/reload");
    }

    /** SIGTERM, which lets running requests end. */
    void stop() throws IOException, InterruptedException {
        process.stop(STOP);
    }

    private JsonNode json(String path) throws IOException {
        try {
            return JSON.readTree(expect(200, "GET", path).body());
        } catch (JacksonException e) {
            throw new IOException(path + ": " + e.getOriginalMessage(), e);
        }
    }

    private HttpAnswer expect(int status, String method, String path) throws IOException {
        HttpAnswer answer = ask(method, path);
        if (answer.status() != status) {
            throw new IOException(
                    "the balancer: %s %s: %d: %s"
                            .formatted(method, path, answer.status(), answer.body()));
        }
        return answer;
    }

    private HttpAnswer ask(String method, String path) throws IOException {
        return HttpConnection.once(file.adminPort(), PATIENCE, method, path, "");
    }
}
