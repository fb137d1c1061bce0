package dev.alwayson.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The program as a whole. */
final class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void itTellsItsVersion(String option) {
        StringWriter output = new StringWriter();
        CommandLine commands = Main.commands();
        commands.setOut(new PrintWriter(output, true));

        assertThat(commands.execute(option)).isZero();

        assertThat(output.toString()).isEqualTo("alwayson 0.1.0\n");
    }
}
