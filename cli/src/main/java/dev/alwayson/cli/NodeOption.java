package dev.alwayson.cli;

import dev.alwayson.config.Names;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command is told to take as this node's name. */
public final class NodeOption {

    private Optional<String> name = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before the options
    private CommandSpec command;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "This node's name (default: as the file says, else the host's name).")
    void name(String given) {
        if (!Names.valid(given)) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s: --node: %s: %s"
                            .formatted(
                                    command.qualifiedName(": "), Names.shown(given), Names.RULE));
        }
        name = Optional.of(given);
    }

    /** Empty if it was not told. */
    public Optional<String> name() {
        return name;
    }
}
