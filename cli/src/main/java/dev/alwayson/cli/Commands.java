package dev.alwayson.cli;

import dev.alwayson.core.setting.NearestWord;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line {@code alwayson}. */
@Command(
        name = "alwayson",
        description = "Keeps a service up: balances, checks, and moves traffic away from failures.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the answer is no: problems were found, or a command was refused",
            "2:wrong usage",
            "3:the node cannot be reached"
        })
public final class Commands {

    private Commands() {}

    /**
     * All commands that talk to a node, and these besides.
     *
     * @param furtherSubcommands picocli commands, shown first
     */
    public static CommandLine create(Object... furtherSubcommands) {
        CommandLine commands = new CommandLine(new Commands());
        for (Object subcommand : furtherSubcommands) {
            commands.addSubcommand(subcommand);
        }
        commands.addSubcommand(new CheckCommand());
        commands.addSubcommand(new StatusCommand());
        commands.addSubcommand(new EventsCommand());
        commands.addSubcommand(new DrainCommand());
        commands.addSubcommand(new StateCommand.Ready());
        commands.addSubcommand(new StateCommand.Maint());
        commands.addSubcommand(new ReloadCommand());
        commands.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        commands.addSubcommand(new CommandLine.HelpCommand());
        commands.registerConverter(int.class, whole(Integer::valueOf));
        commands.registerConverter(long.class, whole(Long::valueOf));
        commands.registerConverter(Long.class, whole(Long::valueOf));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpAutoWidth(true);
        commands.setExecutionExceptionHandler(Commands::failed);
        commands.setParameterExceptionHandler(Commands::wrongUsage);
        if (Paint.unwanted()) {
            commands.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        }
        return commands;
    }

    /** Without it picocli says of a text that it is not a long. */
    private static <T> ITypeConverter<T> whole(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException(text + ": must be a whole number, as in 20");
            }
        };
    }

    /** As picocli has it, but for its suggestions, which may resemble the word in nothing. */
    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(command.getColorScheme().errorText(wrong.getMessage()));
        Optional<String> near =
                wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                        ? near(command, unmatched.getUnmatched().getFirst())
                        : Optional.empty();
        if (near.isPresent()) {
            errors.println("Did you mean: " + near.get() + "?");
        } else {
            command.usage(errors, command.getColorScheme());
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static Optional<String> near(CommandLine command, String word) {
        Set<String> known =
                word.startsWith("-")
                        ? command.getCommandSpec().optionsMap().keySet()
                        : command.getSubcommands().keySet();
        return NearestWord.to(word, known);
    }

    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        int exitCode =
                switch (failure) {
                    case Unreachable _ -> ExitCode.NODE_UNREACHABLE;
                    case Refused _ -> ExitCode.NO;
                    default -> throw failure;
                };
        command.getErr().println(failure.getMessage());
        return exitCode;
    }
}
