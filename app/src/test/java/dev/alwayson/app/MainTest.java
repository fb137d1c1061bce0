package dev.alwayson.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The program as a whole. */
final class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void itTellsItsVersion(String option) {
        assertThat(output(option)).isEqualTo("alwayson 0.1.0\n");
    }

    @Test
    void everyCommandTellsItsUsageAndTheVersion() {
        for (String name : Main.commands().getSubcommands().keySet()) {
            assertThat(output("help", name)).contains("Usage: alwayson " + name);
        }
        assertThat(output("run", "--help")).isEqualTo(output("help", "run"));
        assertThat(output("run", "--version")).isEqualTo("alwayson 0.1.0\n");
    }

    private static String output(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine commands = Main.commands();
        commands.setOut(new PrintWriter(output, true));
        assertThat(commands.execute(arguments)).isZero();
        return output.toString();
    }
}
