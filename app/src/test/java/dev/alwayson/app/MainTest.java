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

    @ParameterizedTest
    @ValueSource(
            strings = {"run", "run a.yaml", "run ./a-b/c_1.yaml", "run /etc/a.yaml", "run help"})
    void aPlainRunMeansWhatTheCommandLineWouldReadInIt(String line) {
        String[] words = line.split(" ", -1);
        CommandLine.ParseResult read = Main.commands().parseArgs(words);
        RunCommand asRead = (RunCommand) read.subcommand().commandSpec().userObject();
        assertThat(RunCommand.plain(words))
                .get()
                .usingRecursiveComparison()
                .ignoringFields("node.command")
                .isEqualTo(asRead);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check alwayson.yaml",
                "run --help",
                "run -h",
                "run @words",
                "run a.yaml b.yaml",
                "run --node=a a.yaml",
                "run grün.yaml"
            })
    void whatSaysMoreIsReadAsACommandLine(String line) {
        assertThat(RunCommand.plain(line.split(" "))).isEmpty();
        assertThat(RunCommand.plain(new String[] {"run", ""})).isEmpty();
        assertThat(RunCommand.plain(new String[0])).isEmpty();
    }

    private static String output(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine commands = Main.commands();
        commands.setOut(new PrintWriter(output, true));
        assertThat(commands.execute(arguments)).isZero();
        return output.toString();
    }
}
