package dev.alwayson.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK that ./alwayson and ./verify find. */
class FindJdkTest {

    private static final String SCRIPT = House.ROOT.resolve(".mvn/find-jdk").toString();

    @TempDir private Path folder;

    @Test
    void javaHomeComesFirst() throws IOException, InterruptedException {
        Path jdk = jdk("mine", "25.0.1");

        assertThat(find(Map.of("JAVA_HOME", jdk.toString()))).isEqualTo("0 " + jdk);
    }

    @Test
    void aJavaHomeThatIsTooOldIsPassedOverAndTold() throws IOException, InterruptedException {
        Path old = jdk("old", "17.0.9");
        Path fresh = jdk("fresh", "26");

        assertThat(
                        find(
                                Map.of(
                                        "JAVA_HOME",
                                        old.toString(),
                                        "PATH",
                                        fresh.resolve("bin") + ":" + System.getenv("PATH"))))
                .isEqualTo(
                        "0 alwayson: JAVA_HOME is "
                                + old
                                + ", where no JDK 25 or newer is; using "
                                + fresh
                                + ".\n"
                                + fresh);
    }

    @Test
    void oneOfSdkmanIsFound() throws IOException, InterruptedException {
        Path jdk = jdk(".sdkman/candidates/java/25-tem", "25");

        assertThat(findWhereNoneIsInstalled(Map.of("HOME", folder.toString())))
                .isEqualTo("0 " + jdk);
    }

    @Test
    void withoutOneItSaysInASentenceWhatToInstall() throws IOException, InterruptedException {
        assertThat(findWhereNoneIsInstalled(Map.of("HOME", folder.toString())))
                .startsWith("1 alwayson: no JDK 25 or newer was found: install one")
                .contains("adoptium.net", "JAVA_HOME")
                .hasLineCount(1);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        for (String program : new String[] {"java", "javac"}) {
            Path file = Files.writeString(home.resolve("bin").resolve(program), "#!/bin/sh\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static String find(Map<String, String> environment)
            throws IOException, InterruptedException {
        return run(environment, "sh", SCRIPT);
    }

    /** In a mount namespace of its own, where the usual folders are empty. */
    private static String findWhereNoneIsInstalled(Map<String, String> environment)
            throws IOException, InterruptedException {
        String hide =
                "for d in /usr/lib/jvm /opt /usr/local/lib/jvm; do"
                        + " [ ! -d $d ] || mount -t tmpfs none $d || exit 9; done;"
                        + " unset JAVA_HOME; PATH=/usr/bin:/bin; sh \"$0\"";
        return run(environment, "unshare", "--mount", "sh", "-c", hide, SCRIPT);
    }

    private static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output.strip();
    }
}
