package dev.alwayson.app.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Kills the demo's processes and removes its folder at the end, in whatever way the demo ends: a
 * shell that waits for the end of its input, deaf to what the terminal sends to all. Safe for use
 * by several threads.
 */
final class Janitor implements AutoCloseable {

    /**
     * Reads {@code + PID} for each process that is to end with the demo, {@code - PID} for one
     * gone.
     */
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP QUIT
            pids=' '
            while read -r sign pid; do
                case $sign in
                    +) pids="$pids$pid " ;;
                    -) pids="${pids%% $pid *} ${pids#* $pid }" ;;
                esac
            done
            for pid in $pids; do
                kill -KILL "$pid" 2>/dev/null
            done
            for try in 1 2 3 4 5 6 7 8 9 10; do
                rm -rf "$1" 2>/dev/null && exit 0
                sleep 0.2
            done
            """;

    private static final int TIMEOUT_SECONDS = 10;

    private final Process shell;

    private Janitor(Process shell) {
        this.shell = shell;
    }

    /**
     * @param folder removed with all it holds
     */
    static Janitor of(Path folder) throws IOException {
        return new Janitor(
                new ProcessBuilder("sh", "-c", SCRIPT, "janitor", folder.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    void watch(long pid) throws IOException {
        tell("+ " + pid + "\n");
    }

    void forget(long pid) throws IOException {
        tell("- " + pid + "\n");
    }

    private synchronized void tell(String line) throws IOException {
        OutputStream output = shell.getOutputStream();
        output.write(line.getBytes(StandardCharsets.US_ASCII));
        output.flush();
    }

    /** Waits until all is gone. May be called again. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            shell.getOutputStream().close();
        }
        try {
            if (!shell.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the demo's processes did not end within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
