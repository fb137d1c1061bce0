package dev.alwayson.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What runs where, and how healthy it is. */
@Command(name = "status", description = "Shows what runs where, and how healthy it is.")
final class StatusCommand implements Callable<Integer> {

    @Mixin private AdminOptions admin = new AdminOptions();

    @Option(names = "--json", description = "Prints the status document as it is.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Override
    public Integer call() throws Unreachable, Refused, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = admin.client()) {
            JsonNode status = client.get("/api/v1/status");
            if (json) {
                out.println(status.toPrettyString());
            } else {
                StatusText.of(status, Clock.systemUTC().instant(), Paint.wanted())
                        .forEach(out::println);
            }
        }
        return ExitCode.DONE;
    }
}
