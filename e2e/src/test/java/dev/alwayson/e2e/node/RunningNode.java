package dev.alwayson.e2e.node;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import dev.alwayson.app.demo.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node that runs as {@code alwayson run FILE}, in a process of its own, with its file and its
 * data in a folder of the test's. It has a free port for its admin API; the ports of its frontends
 * are the test's to choose, by {@link FreePort}. Used by one thread.
 */
public final class RunningNode implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Path log;
    private final int adminPort;
    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;

    private RunningNode(Path file, Path log, int adminPort, Process process) {
        this.file = file;
        this.log = log;
        this.adminPort = adminPort;
        this.process = process;
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param folder for its file, its data and its log
     * @param configuration without {@code data} and {@code admin}, which are given it here
     * @throws IllegalStateException with its log, if it does not become ready
     */
    public static RunningNode start(Path folder, String configuration) {
        return start(folder, configuration, RunningNode::launch);
    }

    /** As {@link #start(Path, String)}, in a JVM with these options and no others. */
    public static RunningNode start(Path folder, String configuration, List<String> options) {
        return start(
                folder,
                configuration,
                (file, log) -> launch(log, JavaCommand.with(options, Main.class, command(file))));
    }

    /**
     * As {@link #start(Path, String, List)}, with a disk of its own for its data folder, of 1 MiB,
     * which others see by {@link #disk}.
     */
    public static RunningNode startOnSmallDisk(
            Path folder, String configuration, List<String> options) {
        Path data = folder.resolve("data");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c"));
        command.add("mount -t tmpfs -o size=1m none \"$0\" && exec \"$@\"");
        command.add(data.toString());
        return start(
                folder,
                configuration,
                (file, log) -> {
                    Files.createDirectories(data);
                    command.addAll(JavaCommand.with(options, Main.class, command(file)));
                    return launch(log, command);
                });
    }

    /** The data folder of {@link #startOnSmallDisk}, from outside. */
    public Path disk() {
        Path data = file.resolveSibling("data").toAbsolutePath();
        return Path.of("/proc/" + pid() + "/root" + data);
    }

    /** Makes the disk of {@link #startOnSmallDisk} 64 MiB large. */
    public void enlargeDisk() {
        String data = file.resolveSibling("data").toAbsolutePath().toString();
        run("nsenter", "--target", "" + pid(), "--mount", "mount", "-o", "remount,size=64m", data);
    }

    /** As {@link #start(Path, String)}; what it prints goes into a pipe that nobody reads. */
    public static RunningNode startUnheard(Path folder, String configuration) {
        return start(
                folder,
                configuration,
                (file, log) -> {
                    Files.createFile(log);
                    List<String> command = JavaCommand.likeThis(Main.class, command(file));
                    return new ProcessBuilder(command).redirectErrorStream(true).start();
                });
    }

    private interface Launch {
        Process of(Path file, Path log) throws IOException;
    }

    private static RunningNode start(Path folder, String configuration, Launch launch) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("alwayson.yaml");
            Path log = folder.resolve("node.log");
            int adminPort = FreePort.one();
            Files.writeString(file, withAdmin(adminPort, configuration));
            var node = new RunningNode(file, log, adminPort, launch.of(file, log));
            node.awaitReady();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withAdmin(int adminPort, String configuration) {
        return "admin: {bind: \"127.0.0.1:%d\"}\n%s".formatted(adminPort, configuration);
    }

    private static Process launch(Path file, Path log) throws IOException {
        return launch(log, JavaCommand.likeThis(Main.class, command(file)));
    }

    private static List<String> command(Path file) {
        return List.of("run", file.toString(), "--node", "test");
    }

    private static Process launch(Path log, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                String why = process.isAlive() ? "not ready after " + START : "ended";
                process.destroyForcibly();
                throw new IllegalStateException("the node: " + why + ":\n" + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    public boolean ready() {
        try {
            return send("GET", "/health/ready").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean running() {
        return process.isAlive();
    }

    /** {@code HOST:PORT}, for the command line's {@code --admin}. */
    public String admin() {
        return "127.0.0.1:" + adminPort;
    }

    /** What it takes of the machine now. */
    public Footprint footprint() {
        return Footprint.of(pid());
    }

    /** What its objects need, in MiB: the heap that is in use after a collection. */
    public long liveHeapMebibytes() {
        run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                "" + pid(),
                "GC.run");
        return metric("jvm_memory_used_bytes", "area=\"heap\"") >> 20;
    }

    /**
     * A metric's value now, or the sum of its series with these labels, each as {@code
     * name="value"}; 0 if there is none.
     */
    public long metric(String name, String... labels) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Everything that it has printed. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces its file; it is not told. */
    public void rewrite(String configuration) {
        try {
            Files.writeString(file, withAdmin(adminPort, configuration));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page of its admin server, as text. */
    public HttpResponse<String> get(String path) {
        return send("GET", path);
    }

    public HttpResponse<String> post(String path) {
        return send("POST", path);
    }

    public JsonNode status() {
        return JSON.readTree(get("/api/v1/status").body());
    }

    /** Waits until the status document is like this, for at most 20 s. */
    public JsonNode awaitStatus(String what, Predicate<JsonNode> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode status = status();
        while (!condition.test(status)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        what + ": not so after " + PATIENCE + ": " + status);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            status = status();
        }
        return status;
    }

    private HttpResponse<String> send(String method, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + admin() + path))
                        .timeout(PATIENCE)
                        // What changes something is taken as JSON only, which no form can send.
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    process.isAlive()
                            ? e.toString()
                            : "the node ended with " + process.exitValue() + ":\n" + log(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a signal by its name: HUP, TERM, STOP. */
    public void signal(String name) {
        run("sh", "-c", "kill -" + name + " " + pid());
    }

    /** How many descriptors it may have from now on; those that it has stay. */
    public void allowDescriptors(int most) {
        run("prlimit", "--pid", "" + pid(), "--nofile=" + most + ":");
    }

    private static void run(String... command) {
        try {
            int code =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new IllegalStateException(List.of(command) + ": exit code " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * @return its exit code
     * @throws IllegalStateException if it still runs after the time
     */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "the node still runs after " + limit + ":\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGKILL; then the same file and data in a new process. */
    public void restart() {
        kill();
        try {
            process = launch(file, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(PATIENCE);
    }

    @Override
    public void close() {
        kill();
        client.close();
    }
}
