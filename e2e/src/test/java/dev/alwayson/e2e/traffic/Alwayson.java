package dev.alwayson.e2e.traffic;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a run of the program {@code alwayson} came to, in a process of its own.
 *
 * @param errors what it printed on standard error
 */
record Alwayson(int exitCode, String output, String errors) {

    private static final int MOST_SECONDS = 30;

    /** Runs it to its end, for at most 30 s. */
    static Alwayson run(String... arguments) {
        try {
            Path output = Files.createTempFile("alwayson", ".out");
            Path errors = Files.createTempFile("alwayson", ".err");
            try {
                Process process =
                        new ProcessBuilder(JavaCommand.likeThis(Main.class, List.of(arguments)))
                                .redirectOutput(output.toFile())
                                .redirectError(errors.toFile())
                                .start();
                if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            String.join(" ", arguments) + ": still ran after 30 s");
                }
                return new Alwayson(process.exitValue(), read(output), read(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
