package dev.alwayson.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a server out: nothing new goes there, and it is not checked. */
@Command(
        name = "maint",
        description = "Takes a server out: nothing new goes there, and it is not checked.",
        mixinStandardHelpOptions = true)
final class MaintCommand implements Callable<Integer> {

    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(paramLabel = "BACKEND/SERVER", converter = ServerName.Converter.class)
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private ServerName server;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Override
    public Integer call() throws Unreachable, Refused, InterruptedException {
        try (AdminClient client = admin.client()) {
            StateChange.set(client, server, "maint", spec.commandLine().getOut());
        }
        return ExitCode.DONE;
    }
}
