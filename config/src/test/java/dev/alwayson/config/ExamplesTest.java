package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in examples/ is a configuration without a problem. */
class ExamplesTest {

    static final Path FOLDER =
            Path.of(System.getProperty("project.root", "..")).resolve("examples");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @Test
    void thereAreExamplesForTheUsesThatTheGuideNames() throws IOException {
        assertThat(examples())
                .map(file -> file.getFileName().toString())
                .contains(
                        "quick-start.yaml",
                        "weighted.yaml",
                        "source-hash.yaml",
                        "least-connections.yaml",
                        "backup-pair.yaml",
                        "tcp.yaml",
                        "degradation.yaml",
                        "ejection.yaml",
                        "redirect.yaml");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleHasNoProblemAndServesOnLoopbackOnly(Path example) {
        Reading.Valid valid = new WrittenFile(example, WrittenFile.LB1).valid();
        assertThat(valid.notes()).isEmpty();
        assertThat(valid.configuration().frontends()).isNotEmpty();
        assertThat(valid.configuration().frontends().values())
                .flatMap(frontend -> frontend.bind())
                .allMatch(address -> address.host().equals("127.0.0.1"));
    }

    @Test
    void noExampleMeetsWhatOperatorsChangedInAnother() throws IOException {
        assertThat(examples())
                .map(example ->
                        new WrittenFile(example, WrittenFile.LB1).valid().configuration().data())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleSaysOnTopWhatItShowsAndHowToTryIt(Path example) throws IOException {
        assertThat(Files.readString(example))
                .startsWith("# ")
                .contains("./alwayson run examples/" + example.getFileName());
    }
}
