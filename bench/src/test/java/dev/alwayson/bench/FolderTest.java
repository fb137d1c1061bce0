package dev.alwayson.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever ends a comparison before its end finds nothing of it left. */
class FolderTest {

    /** Has a child, and writes files until it is interrupted. */
    static final class Comparison {

        public static void main(String[] arguments) throws Exception {
            Path folder = Folder.untilTheEnd();
            Files.writeString(Files.createDirectory(folder.resolve("www")).resolve("1m"), "x");
            Process child = new ProcessBuilder("sleep", "600").start();
            IO.println(folder);
            IO.println(child.pid());
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                Files.writeString(folder.resolve(i % 1000 + ".out"), "x");
            }
        }
    }

    @Test
    void aSignalEndsWhatRunsAndRemovesTheFolder() throws IOException, InterruptedException {
        Process comparison =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Comparison.class.getName())
                        .start();
        try (BufferedReader output = comparison.inputReader(StandardCharsets.UTF_8)) {
            Path folder = Path.of(output.readLine());
            long child = Long.parseLong(output.readLine());
            assertThat(folder.resolve("www/1m")).exists();

            comparison.destroy();
            assertThat(comparison.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(folder).doesNotExist();
            assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        } finally {
            comparison.destroyForcibly();
        }
    }
}
