package dev.alwayson.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Sets a server's state, and tells what came of it. */
abstract class StateCommand implements Callable<Integer> {

    private final String state;

    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(
            paramLabel = "BACKEND/SERVER",
            converter = ServerName.Converter.class,
            description = "The server, as alwayson status shows it: shop/web1.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private ServerName server;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    StateCommand(String state) {
        this.state = state;
    }

    /** Takes a server out: nothing new goes there, and it is not checked. */
    @Command(
            name = "maint",
            description = "Takes a server out: nothing new goes there, and it is not checked.")
    static final class Maint extends StateCommand {
        Maint() {
            super("maint");
        }
    }

    /** Lets a server serve again when its health allows. */
    @Command(name = "ready", description = "Lets a server serve again when its health allows.")
    static final class Ready extends StateCommand {
        Ready() {
            super("ready");
        }

        @Override
        String outcome(int connections, Optional<ShownServer> shown) {
            return shown.map(ShownServer::prospect).orElse("it is not configured");
        }
    }

    /** What of the options does not go together. */
    Optional<String> wrongUsage() {
        return Optional.empty();
    }

    @Override
    public final Integer call() throws Unreachable, Refused, InterruptedException {
        Optional<String> wrong = wrongUsage();
        if (wrong.isPresent()) {
            throw new ParameterException(spec.commandLine(), wrong.get());
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (AdminClient client = admin.client()) {
            JsonNode answer = client.post("/api/v1/servers/" + server.path() + "/" + state);
            int connections = answer.path("connections").asInt(0);
            Optional<ShownServer> shown = ShownServer.of(client, server);
            out.println(server + " is set to " + state + "; " + outcome(connections, shown));
            out.flush();
            boolean stored = !answer.has("problem");
            if (!stored) {
                err.println(
                        "It holds now, but a restart forgets it: "
                                + answer.path("problem").asString("")
                                + "; see to the data folder, then repeat the command");
            }
            if (!state.equals("ready") && shown.filter(ShownServer::backendDown).isPresent()) {
                err.println(nobodyElse());
            }
            int code = then(client, server, connections, out);
            return stored ? code : Math.max(code, ExitCode.NO);
        }
    }

    private String nobodyElse() {
        return ("Nobody else can serve: %1$s is down. Its new requests get what its when-down says,"
                        + " else 503; new TCP connections are closed. To undo it: alwayson ready"
                        + " %2$s")
                .formatted(server.backend(), server);
    }

    /** What is said after the state. */
    String outcome(int connections, Optional<ShownServer> shown) {
        return remain(connections);
    }

    /** What is done after the state is set; the exit code. */
    int then(AdminClient client, ServerName server, int connections, PrintWriter out)
            throws Unreachable, Refused, InterruptedException {
        return ExitCode.DONE;
    }

    static String remain(int connections) {
        return switch (connections) {
            case 0 -> "no connections remain";
            case 1 -> "1 connection remains";
            default -> connections + " connections remain";
        };
    }
}
