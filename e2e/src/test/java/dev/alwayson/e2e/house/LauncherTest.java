package dev.alwayson.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file {@code alwayson}, in a project whose build and JVM are scripts. */
class LauncherTest {

    /** Tells in which language it speaks, and its arguments; as a node, it runs until killed. */
    private static final String JAVA =
            """
            #!/bin/sh
            echo "language $LANGUAGE: $@"
            case "$*" in *' run') exec sleep 600 ;; esac
            """;

    private static final String MAVEN =
            """
            #!/bin/sh
            mkdir -p app/target/lib && echo built >app/target/alwayson.jar
            """;

    @TempDir private Path root;

    @BeforeEach
    void project() throws IOException {
        for (String file : List.of("alwayson", ".mvn/find-jdk")) {
            script(file, Files.readString(House.ROOT.resolve(file)));
        }
        script("mvnw", MAVEN);
        script("jdk/bin/java", JAVA);
        script("jdk/bin/javac", "#!/bin/sh\n");
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        Files.writeString(root.resolve("pom.xml"), "<jvm.flags>-Xflag</jvm.flags>\n");
    }

    @Test
    void itBuildsOnFirstUseAndWhenASourceIsNewer() throws IOException, InterruptedException {
        assertThat(run("status")).startsWith("Building Always On").contains("-Xflag", " status\n");
        assertThat(run("status")).doesNotContain("Building").endsWith(" status\n");
        assertThat(rebuilt("check")).startsWith("Building Always On").endsWith(" check\n");
    }

    @Test
    void aCommandIsNotCompiledAsIfItRanForYearsAndANodeIs() throws Exception {
        assertThat(run("status")).contains("-XX:TieredStopAtLevel=1 ");
        Process node = start("run");
        try (BufferedReader said = node.inputReader()) {
            assertThat(said.readLine()).endsWith(" run").doesNotContain("TieredStopAtLevel");
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    @Test
    void aNodeThatRunsKeepsItsBuildHoweverManyFollow() throws IOException, InterruptedException {
        Process node = start("run");
        try (BufferedReader said = node.inputReader()) {
            String words = "";
            while (!words.endsWith(" run")) {
                words = said.readLine();
            }
            Path jar = Path.of(words.replaceAll(".*-jar (.*) run", "$1"));

            for (int i = 0; i < 5; i++) {
                rebuilt("status");
            }
            assertThat(jar).as("the jar of the node that runs").exists();
            assertThat(builds()).as("the last three, and the node's").hasSize(4);

            node.destroyForcibly().waitFor();
            rebuilt("status");
            assertThat(jar).doesNotExist();
            assertThat(builds()).hasSize(3);
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatTheSystemSaysIsTheSameInEveryLanguage() throws IOException, InterruptedException {
        assertThat(run("status")).contains("\nlanguage C: ");
    }

    private List<Path> builds() throws IOException {
        try (Stream<Path> all = Files.list(root.resolve("app/target/run"))) {
            return all.toList();
        }
    }

    /** Runs it after a source was changed. */
    private String rebuilt(String command) throws IOException, InterruptedException {
        FileTime later = FileTime.from(Instant.now().plusSeconds(3600));
        Files.setLastModifiedTime(root.resolve("pom.xml"), later);
        return run(command);
    }

    private String run(String command) throws IOException, InterruptedException {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private Process start(String command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(root.resolve("alwayson").toString(), command)
                        .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().put("LANGUAGE", "de");
        return builder.start();
    }

    private void script(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }
}
