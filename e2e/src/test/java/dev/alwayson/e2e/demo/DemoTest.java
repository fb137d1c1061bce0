package dev.alwayson.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code alwayson demo} without a terminal: nothing fails, and nothing is left, however it ends.
 */
class DemoTest {

    private static final String MARK = "ALWAYSON_DEMO_TEST";

    private final String mark = UUID.randomUUID().toString();

    @TempDir private Path folder;

    private @Nullable Process started;

    private Process start(int seconds) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        JavaCommand.likeThis(
                                Main.class, List.of("demo", "--seconds", "" + seconds)));
        builder.environment().put(MARK, mark);
        // The demo's own folder goes where it can be seen.
        builder.command().add(1, "-Djava.io.tmpdir=" + folder);
        started = builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
        return started;
    }

    @AfterEach
    void end() throws InterruptedException {
        if (started != null) {
            started.destroyForcibly().waitFor();
        }
    }

    @Test
    void everyRequestIsAnsweredWhileServersFail() throws IOException, InterruptedException {
        Process demo = start(20);

        assertThat(demo.waitFor(90, TimeUnit.SECONDS)).as("ends by itself").isTrue();

        assertThat(demo.exitValue()).as(output()).isZero();
        assertThat(output())
                .contains("is killed (SIGKILL)", "is frozen (SIGSTOP)", "answers 500", "3 s late")
                .contains("reload: ", " 0 failed.", "Every request was answered.")
                .doesNotContain("never", "\033", "signal");
        assertThat(times()).as(output()).isSorted().allMatch(time -> time >= 0);
        assertThat(processes()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void whoTerminatesItLeavesNothing() throws IOException, InterruptedException {
        Process demo = start(600);
        await("a fault", () -> output().contains("is killed"));
        assertThat(processes()).as("demo, janitor, servers, balancer").hasSizeGreaterThan(5);

        demo.destroy();

        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await("the last process to go", () -> processes().isEmpty());
        assertThat(leftovers()).isEmpty();
        assertThat(output())
                .containsPattern(
                        "Ended by a signal after \\d+ s: ([\\d,]+) requests, \\1 answered, 0 failed\n");
    }

    @Test
    void whatNobodyCanReadIsNoSuccess() throws IOException, InterruptedException {
        ProcessBuilder full =
                new ProcessBuilder(
                        JavaCommand.likeThis(Main.class, List.of("demo", "--seconds", "6")));
        full.command().add(1, "-Djava.io.tmpdir=" + folder);
        started =
                full.redirectOutput(Path.of("/dev/full").toFile())
                        .redirectError(log().toFile())
                        .start();

        assertThat(started.waitFor(90, TimeUnit.SECONDS)).as("ends by itself").isTrue();

        assertThat(started.exitValue()).isOne();
        assertThat(output()).contains("alwayson: demo: what it shows could not be written");
    }

    @Test
    void whoKillsItLeavesNothingEither() throws IOException, InterruptedException {
        // A short demo freezes its second server after six seconds, a long one after ten.
        Process demo = start(20);
        await("a fault", () -> output().contains("is frozen"));

        demo.destroyForcibly().waitFor();

        await("the last process to go", () -> processes().isEmpty());
        assertThat(leftovers()).isEmpty();
    }

    /** In seconds, of the lines that tell the story. */
    private List<Long> times() {
        return output().lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.matches(" *-?\\d+:-?\\d+ .*"))
                .map(line -> line.strip().split("[: ]", 3))
                .map(parts -> Long.parseLong(parts[0]) * 60 + Long.parseLong(parts[1]))
                .toList();
    }

    private Path log() {
        return folder.resolve("demo.log");
    }

    private String output() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What the demo left in the folder for temporary files. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.equals(log())).toList();
        }
    }

    /** The demo's processes, known by a variable that children inherit. */
    private List<Path> processes() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(this::marked)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private boolean marked(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                    .contains(MARK + "=" + mark);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 60 s for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
