package dev.alwayson.app;

import dev.alwayson.app.demo.DemoCommand;
import dev.alwayson.app.demo.DemoServerCommand;
import dev.alwayson.app.demo.RehearseCommand;
import dev.alwayson.cli.Commands;
import dev.alwayson.node.wiring.DescriptorLimit;
import dev.alwayson.node.wiring.Version;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;

/** The program: every command, those that talk to a node and those that are one. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Locale.setDefault(Locale.ROOT); // Files, pages and logs are the same in every country.
        if (arguments.length > 0 && arguments[0].equals("run")) {
            needDescriptors(); // before reading the command line, which opens files too
        }
        Optional<RunCommand> run = RunCommand.plain(arguments);
        System.exit(run.isPresent() ? run.get().call() : commands().execute(arguments));
    }

    private static void needDescriptors() {
        Optional<String> problem = DescriptorLimit.problem();
        if (problem.isPresent()) {
            System.err.println(problem.get());
            System.exit(1);
        }
    }

    static CommandLine commands() {
        CommandLine commands =
                Commands.create(
                        new RunCommand(),
                        new DemoCommand(),
                        new DemoServerCommand(),
                        new RehearseCommand());
        String version = "alwayson " + Version.CURRENT;
        commands.getCommandSpec().version(version);
        commands.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().version(version));
        return commands;
    }
}
