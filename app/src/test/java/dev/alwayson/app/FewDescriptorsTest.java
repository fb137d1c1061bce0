package dev.alwayson.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program where it may open hardly any file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FewDescriptorsTest {

    @Test
    void aNodeThatCannotEvenReadItsCommandLineSaysWhy() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh"));
        command.addAll(JavaCommand.with(List.of(), Main.class, List.of("run", "nowhere.yaml")));
        Process node = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "file descriptors: this process may have 64, a node needs at least 256;"
                                + " raise LimitNOFILE= of the unit, or ulimit -n\n");
        assertThat(node.waitFor()).isEqualTo(1);
    }
}
