package dev.alwayson.app;

import dev.alwayson.app.demo.DemoCommand;
import dev.alwayson.app.demo.DemoServerCommand;
import dev.alwayson.app.demo.RehearseCommand;
import dev.alwayson.cli.Commands;
import dev.alwayson.node.wiring.Version;
import picocli.CommandLine;

/** The program: every command, those that talk to a node and those that are one. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commands().execute(arguments));
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
