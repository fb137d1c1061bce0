package dev.alwayson.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.time.Moment;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalCrashTest {

    @TempDir private Path folder;

    @Test
    void whatWasDurableIsThereAfterTheProcessWasKilled() throws Exception {
        Path file = folder.resolve("journal.db");
        for (int kill = 1; kill <= 2; kill++) {
            long durable = appendUntilKilled(file);

            try (SqliteJournal journal =
                    SqliteJournal.open(file, "lb1", () -> new Moment(0, Story.BEGIN))) {
                assertThat(journal.position()).isGreaterThanOrEqualTo(durable);
                assertThat(journal.last().sequence()).isEqualTo(journal.position());
                List<Journal.Entry> entries = journal.read(0, 10_000);
                assertThat(entries)
                        .extracting(entry -> entry.event().id().sequence())
                        .isEqualTo(LongStream.rangeClosed(1, entries.size()).boxed().toList());
            }
        }
    }

    /** Kills while further events are being written; answers what was durable before. */
    private static long appendUntilKilled(Path file) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWriter.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            long durable = 0;
            for (int line = 0; line < 30; line++) {
                durable = Long.parseLong(output.readLine());
            }
            return durable;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
