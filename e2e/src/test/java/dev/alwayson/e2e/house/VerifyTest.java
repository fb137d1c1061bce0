package dev.alwayson.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} says on a machine that cannot run the tests. */
class VerifyTest {

    @TempDir private Path root;

    @Test
    void whoIsNotRootLearnsAtOnceWhatElseIsMissing() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String tool : List.of("bash", "sh", "cat", "cut", "dirname", "sed", "tr", "uname")) {
            Files.createSymbolicLink(bin.resolve(tool), installed(tool));
        }
        script(bin.resolve("id"), "#!/bin/sh\necho 1000\n");
        Files.createDirectories(root.resolve(".mvn"));
        for (String file : List.of("verify", ".mvn/find-jdk")) {
            String text = House.read(Path.of(file)).replace("nginx nginx-light", "nowhere none");
            script(root.resolve(file), text);
        }

        ProcessBuilder verify =
                new ProcessBuilder("bash", root.resolve("verify").toString())
                        .redirectErrorStream(true);
        verify.environment().put("PATH", bin.toString());
        verify.command().set(0, bin.resolve("bash").toString());
        Process process = verify.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(1);
        assertThat(said)
                .contains("network namespaces, which needs root: run 'sudo ./verify'")
                .contains("none: nowhere: a real web server behind the balancer\n");
        assertThat(root.resolve("target")).as("nothing is begun").doesNotExist();
    }

    private static Path installed(String tool) {
        for (String folder : List.of(System.getenv("PATH").split(":", -1))) {
            Path file = Path.of(folder, tool);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new IllegalStateException(tool + ": is not in PATH");
    }

    private static void script(Path path, String text) throws IOException {
        Files.writeString(path, text);
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }
}
