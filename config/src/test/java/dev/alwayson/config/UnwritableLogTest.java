package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a node from starting on this machine, and one that runs from a reload. */
class UnwritableLogTest {

    @TempDir Path folder;

    @Test
    void aFolderThatIsNotThereIsAProblemUnlessTheNodeMakesIt() throws IOException {
        Path logs = folder.resolve("logs");
        assertThat(problems("logs/web.log"))
                .containsExactly(
                        "2:61: frontends.web.access-log.file: logs/web.log: cannot be written: "
                                + logs
                                + ": no such file or folder; create its folder, or give this user"
                                + " the right to write there");
        assertThat(problems("state/web.log")).as("made by the node").isEmpty();
        Files.createDirectory(logs);
        assertThat(problems("logs/web.log")).isEmpty();
        assertThat(logs).as("nothing is created").isEmptyDirectory();
    }

    @Test
    void aFolderThatIsAFileIsAProblem() throws IOException {
        Files.createFile(folder.resolve("logs"));
        assertThat(problems("logs/web.log"))
                .singleElement()
                .asString()
                .contains("logs/web.log: cannot be written: ", "logs: not a folder; ");
    }

    @Test
    void aLinkToWhereNothingCanBeMadeIsAProblem() throws IOException {
        Path logs = folder.resolve("logs");
        Files.createSymbolicLink(folder.resolve("web.log"), Path.of("logs/new.log"));
        assertThat(problems("web.log"))
                .containsExactly(
                        "2:61: frontends.web.access-log.file: web.log: cannot be written: the link"
                                + " leads to "
                                + logs.resolve("new.log")
                                + ": "
                                + logs
                                + ": no such file or folder; create its folder, or give this user"
                                + " the right to write there");
        Files.createDirectory(logs);
        assertThat(problems("web.log")).as("would be made").isEmpty();
        Files.createSymbolicLink(folder.resolve("own.log"), Path.of("state/own.log"));
        assertThat(problems("own.log")).as("in what the node makes").isEmpty();
    }

    @Test
    void linksInACircleAreAProblemWithItsOwnNextStep() throws IOException {
        Files.createSymbolicLink(folder.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(folder.resolve("here"), Path.of("there"));
        Files.createSymbolicLink(folder.resolve("there"), Path.of("here"));
        for (String log : List.of("self", "here", "here/web.log")) {
            assertThat(problems(log))
                    .containsExactly(
                            "2:61: frontends.web.access-log.file: "
                                    + log
                                    + ": must be a regular file or a character device, and is"
                                    + " behind links that lead in a circle: remove one of them, or"
                                    + " name another file");
        }
    }

    @Test
    void whatComesFromTheEnvironmentIsNotShown() throws IOException {
        Environment environment =
                new Environment(
                        Optional.of("lb1"), Optional.empty(), Map.of("LOGS", "/nope/s3cret"));
        assertThat(problems("'${env:LOGS}/web.log'", environment))
                .singleElement()
                .asString()
                .contains("${env:LOGS}/web.log: cannot be written: no such file or folder; ")
                .doesNotContain("s3cret");
    }

    private List<String> problems(String log) throws IOException {
        return problems(log, WrittenFile.LB1);
    }

    private List<String> problems(String log, Environment environment) throws IOException {
        WrittenFile file =
                WrittenFile.of(
                        folder,
                        """
                        data: state
                        frontends: {web: {bind: ":8080", backend: shop, access-log: %s}}
                        backends: {shop: {servers: {web1: web1:80}}}
                        """
                                .formatted(log));
        Reading reading = ConfigurationFile.read(file.path(), environment);
        return reading instanceof Reading.Invalid invalid
                ? invalid.problems().stream()
                        .map(problem -> problem.toString().replace(file.path() + ":", ""))
                        .toList()
                : List.of();
    }
}
