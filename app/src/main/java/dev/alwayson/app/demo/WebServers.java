package dev.alwayson.app.demo;

import dev.alwayson.app.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The demo's web servers, each a process of its own. */
final class WebServers {

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Map<String, Integer> ports;
    private final Map<String, Child> processes = new ConcurrentHashMap<>();
    private final Path folder;
    private final Janitor janitor;

    /**
     * @param ports of the servers, by name, in order
     */
    WebServers(Map<String, Integer> ports, Path folder, Janitor janitor) {
        this.ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
        this.folder = folder;
        this.janitor = janitor;
    }

    Map<String, Integer> ports() {
        return ports;
    }

    /** Starts all, and waits until each answers. */
    void start() throws IOException, InterruptedException {
        for (String name : ports.keySet()) {
            start(name);
        }
        for (String name : ports.keySet()) {
            awaitAnswer(name);
        }
    }

    void start(String name) throws IOException {
        List<String> command =
                JavaCommand.with(
                        DemoServer.jvmOptions(),
                        DemoServer.class,
                        List.of(name, "127.0.0.1", Integer.toString(port(name))));
        processes.put(name, Child.start(command, folder.resolve(name + ".log"), janitor));
    }

    private void awaitAnswer(String name) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!answers(name)) {
            if (!process(name).runs() || System.nanoTime() > deadline) {
                throw new IOException(name + ": did not start:\n" + process(name).tail());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean answers(String name) {
        try {
            return HttpConnection.once(port(name), PATIENCE, "GET", "/health", "").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    void kill(String name) throws IOException, InterruptedException {
        process(name).kill();
    }

    void freeze(String name) throws IOException, InterruptedException {
        process(name).freeze();
    }

    void thaw(String name) throws IOException, InterruptedException {
        process(name).thaw();
    }

    void give(String name, Ailment ailment) throws IOException {
        HttpAnswer answer =
                HttpConnection.once(port(name), PATIENCE, "POST", "/ailment/" + ailment.text(), "");
        if (answer.status() != 200) {
            throw new IOException(name + ": " + ailment.text() + ": " + answer.body());
        }
    }

    private int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException(name + ": is none of " + ports.keySet());
        }
        return port;
    }

    private Child process(String name) {
        Child process = processes.get(name);
        if (process == null) {
            throw new IllegalStateException(name + ": was not started");
        }
        return process;
    }
}
