package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JanitorTest {

    @Test
    void endsEveryProcessAlsoAFrozenOneAndRemovesTheFolder()
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("janitor-test-");
        Janitor janitor = Janitor.of(folder);
        Path log = folder.resolve("log");
        Child running = Child.start(List.of("tail", "-f", "/dev/null"), log, janitor);
        Child frozen = Child.start(List.of("tail", "-f", "/dev/null"), log, janitor);
        frozen.freeze();

        janitor.close();

        assertThat(folder).doesNotExist();
        running.awaitEnd(10, TimeUnit.SECONDS);
        frozen.awaitEnd(10, TimeUnit.SECONDS);
        janitor.close();
    }

    @Test
    void aProcessThatIsGoneIsForgottenForItsNumberMayBeAnothersByThen()
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("janitor-test-");
        Process other = new ProcessBuilder("tail", "-f", "/dev/null").start();
        try (Janitor janitor = Janitor.of(folder)) {
            janitor.watch(1_000_000_000);
            janitor.watch(other.pid());
            janitor.watch(1_000_000_001);
            janitor.forget(other.pid());
        }

        assertThat(other.isAlive()).isTrue();
        other.destroyForcibly().waitFor();
    }
}
