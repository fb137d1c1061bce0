package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run tells everything that is wrong with a file, each mistake once, in the file's order. */
class EveryProblemTest {

    @TempDir Path folder;

    @Test
    void everyMistakeOfABadFileIsToldInOneRun() throws IOException {
        List<String> problems =
                WrittenFile.of(folder, resource("everything-wrong.yaml")).problems();
        assertThat(String.join("\n", problems).replace(folder.toString(), "FOLDER"))
                .isEqualTo(resource("everything-wrong.expected").strip());
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = EveryProblemTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(input).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
