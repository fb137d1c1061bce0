package dev.alwayson.cli;

import dev.alwayson.core.setting.NearestWord;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
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
            "1:the answer is no: problems were found, a file cannot be read, a command was refused,"
                    + " or it holds but could not be stored",
            "2:wrong usage",
            "3:the node cannot be reached",
            "130:run: a second SIGINT cut the stop short",
            "143:run: a second SIGTERM cut the stop short"
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
        commands.setExecutionStrategy(Commands::run);
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

    /** As picocli has it, which with --help passes over a word that is no command. */
    private static int run(CommandLine.ParseResult parsed) {
        if (!parsed.unmatched().isEmpty()) {
            throw new CommandLine.UnmatchedArgumentException(
                    parsed.commandSpec().commandLine(), parsed.unmatched());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** As picocli has it, but for its suggestions, which may resemble the word in nothing. */
    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter errors = command.getErr();
        Optional<String> word = unknownWord(wrong);
        Set<String> commands = shown(command);
        boolean unknownCommand = !commands.isEmpty() && word.filter(w -> !option(w)).isPresent();
        Set<String> known =
                unknownCommand ? commands : command.getCommandSpec().optionsMap().keySet();
        String message =
                word.map(w -> unknown(w, !commands.isEmpty())).orElseGet(wrong::getMessage);
        errors.println(command.getColorScheme().errorText(message));
        Optional<String> near = word.flatMap(w -> NearestWord.to(w, known));
        if (near.isPresent()) {
            errors.println("Did you mean: " + near.get() + "?");
        } else if (unknownCommand) {
            errors.println("The commands are " + String.join(", ", commands));
        } else {
            command.usage(errors, command.getColorScheme());
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Empty if the words are known, and used wrongly. */
    private static Optional<String> unknownWord(ParameterException wrong) {
        if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return Optional.of(unmatched.getUnmatched().getFirst());
        }
        boolean askedHelpFor = wrong.getArgSpec() == null;
        return askedHelpFor ? Optional.ofNullable(wrong.getValue()) : Optional.empty();
    }

    private static boolean option(String word) {
        return word.startsWith("-");
    }

    private static String unknown(String word, boolean beforeCommand) {
        String shown = word.isEmpty() ? "\"\"" : word;
        if (option(word)) {
            return shown
                    + (beforeCommand
                            ? ": no such option here; those of a command come after it"
                            : ": no such option");
        }
        return shown + (beforeCommand ? ": no such command" : ": nothing more is wanted here");
    }

    /** The names of its subcommands, but those that its usage hides. */
    private static Set<String> shown(CommandLine command) {
        Set<String> shown = new LinkedHashSet<>();
        command.getSubcommands()
                .forEach((name, subcommand) -> {
                    if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                        shown.add(name);
                    }
                });
        return shown;
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
