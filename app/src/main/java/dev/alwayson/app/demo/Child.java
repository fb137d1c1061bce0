package dev.alwayson.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the demo's, which the {@link Janitor} ends at the latest. */
final class Child {

    private static final int TAIL_LINES = 15;

    private final Process process;
    private final Path log;
    private final Janitor janitor;

    private Child(Process process, Path log, Janitor janitor) {
        this.process = process;
        this.log = log;
        this.janitor = janitor;
    }

    static Child start(List<String> command, Path log, Janitor janitor) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        janitor.watch(process.pid());
        return new Child(process, log, janitor);
    }

    boolean runs() {
        return process.isAlive();
    }

    /** The last lines that it printed. */
    String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return log + ": " + e.getMessage();
        }
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        janitor.forget(process.pid());
    }

    /**
     * @throws IOException if it still runs after the time
     */
    void awaitEnd(long time, TimeUnit unit) throws IOException, InterruptedException {
        if (!process.waitFor(time, unit)) {
            throw new IOException(process.pid() + ": still runs after " + time + " " + unit);
        }
    }

    /** SIGTERM, and SIGKILL if it still runs after the time. */
    void stop(Duration limit) throws IOException, InterruptedException {
        process.destroy();
        process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        kill();
    }

    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .redirectErrorStream(true)
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException(process.pid() + ": SIG" + name + " could not be sent to it");
        }
    }
}
