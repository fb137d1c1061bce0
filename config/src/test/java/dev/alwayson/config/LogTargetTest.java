package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an access log may be while a node runs; how it is told of a file is in ProblemsTest. */
class LogTargetTest {

    @TempDir Path folder;

    private LogTarget of(Path file) {
        return new LogTarget(file, WrittenFile.standard(folder));
    }

    /** As an editor does that saves it under another name, and moves that in its place. */
    @Test
    void theConfigurationIsRefusedAlsoWhileItIsNotThereAndWhenItIsAnotherFile() throws IOException {
        Path file = folder.resolve("a.yaml");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        LogTarget target = of(file);
        assertThat(target.unfit(link))
                .contains("must be a file of its own, and is this configuration");
        Files.createFile(file);
        assertThat(target.unfit(link)).isPresent();
        Files.move(file, folder.resolve("before"));
        Files.createFile(file);
        assertThat(target.unfit(link)).isPresent();
        assertThat(target.unfit(folder.resolve("before"))).isEmpty();
    }

    /** As {@code alwayson run /dev/stdin} has it on a terminal. */
    @Test
    void aDeviceMayBeReadAndLoggedTo() {
        Path device = Path.of("/dev/null");
        assertThat(of(device).unfit(device)).isEmpty();
    }
}
