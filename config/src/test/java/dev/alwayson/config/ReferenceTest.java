package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/configuration.md says what the records say. */
class ReferenceTest {

    private static final Path PAGE =
            Path.of(System.getProperty("project.root", "..")).resolve("docs/configuration.md");

    private static final String COMMAND =
            "./mvnw -pl config -am test -Dtest=ReferenceTest -Dregenerate=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @TempDir Path folder;

    @Test
    void theCommittedPageIsWhatTheRecordsGive() throws IOException {
        if (Boolean.getBoolean("regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, Reference.page());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/configuration.md is out of date; this writes it anew: " + COMMAND)
                .isEqualTo(Reference.page());
    }

    @Test
    void theExampleOnTopHasNoProblem() throws IOException {
        assertThat(WrittenFile.of(folder, firstBlock("```yaml\n")).configuration().backends())
                .containsOnlyKeys("shop", "static");
    }

    @Test
    void theProblemThatThePageShowsIsWrittenLikeThat() throws IOException {
        String wrong = firstBlock("```yaml\n").replace("least-connections", "leastconn");
        String shown = firstBlock("```text\n").strip();
        List<String> problems = WrittenFile.of(folder, wrong).problems();
        assertThat(problems).hasSize(1);
        assertThat(afterColumn(problems.getFirst())).isEqualTo(afterColumn(shown));
    }

    private static String afterColumn(String problem) {
        return problem.replaceFirst("^[^ ]+: ", "");
    }

    private static String firstBlock(String start) {
        String page = Reference.page();
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf("```", from));
    }
}
