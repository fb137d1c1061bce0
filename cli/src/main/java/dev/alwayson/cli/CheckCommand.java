package dev.alwayson.cli;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.EffectiveConfiguration;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Reading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Every problem of the file, or what it comes to with the defaults filled in. Notes go to standard
 * error, so that what comes out is a file.
 */
@Command(
        name = "check",
        description =
                "Prints every problem of the file, or, if it has none, the effective configuration.")
final class CheckCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: ${DEFAULT-VALUE}.")
    private Path file = Path.of("alwayson.yaml");

    @Mixin private NodeOption node = new NodeOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        return switch (ConfigurationFile.read(file, Environment.ofProcess(node.name()))) {
            case Reading.Valid valid -> {
                out.print(EffectiveConfiguration.of(valid));
                out.flush();
                valid.notes().forEach(spec.commandLine().getErr()::println);
                yield ExitCode.DONE;
            }
            case Reading.Invalid invalid -> {
                invalid.problems().forEach(out::println);
                yield ExitCode.NO;
            }
        };
    }
}
