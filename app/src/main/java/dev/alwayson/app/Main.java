package dev.alwayson.app;

import dev.alwayson.app.demo.DemoCommand;
import dev.alwayson.app.demo.DemoServerCommand;
import dev.alwayson.cli.Commands;

/** The program: every command, those that talk to a node and those that are one. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(
                Commands.create(new RunCommand(), new DemoCommand(), new DemoServerCommand())
                        .execute(arguments));
    }
}
