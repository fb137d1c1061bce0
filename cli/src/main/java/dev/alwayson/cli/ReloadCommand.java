package dev.alwayson.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Makes the node read its file again. */
@Command(
        name = "reload",
        description = "Makes the node read its file again. A file with problems changes nothing.")
final class ReloadCommand implements Callable<Integer> {

    @Mixin private AdminOptions admin = new AdminOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Override
    public Integer call() throws Unreachable, Refused, InterruptedException {
        try (AdminClient client = admin.client()) {
            JsonNode answer = client.post("/api/v1/reload");
            if (answer.path("applied").asBoolean(false)) {
                spec.commandLine().getOut().println("The configuration is applied.");
                return ExitCode.DONE;
            }
            answer.path("problems")
                    .forEach(line -> spec.commandLine().getErr().println(line.asString("")));
            spec.commandLine().getErr().println("Traffic goes on as before.");
            return ExitCode.NO;
        }
    }
}
