package dev.alwayson.cli;

import dev.alwayson.core.setting.DurationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Sends nothing new to a server; what runs there finishes. */
@Command(
        name = "drain",
        description = "Sends nothing new to a server; what runs there finishes.",
        mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(paramLabel = "BACKEND/SERVER", converter = ServerName.Converter.class)
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private ServerName server;

    @Option(names = "--wait", description = "Returns when no connection remains.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "With --wait: how long at most, as in 30s or 5m. Default: 5m.")
    private Duration timeout = Duration.ofMinutes(5);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Override
    public Integer call() throws Unreachable, Refused, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = admin.client()) {
            int connections = StateChange.set(client, server, "drain", out);
            return wait ? waitUntilDrained(client, connections, out) : ExitCode.DONE;
        }
    }

    private int waitUntilDrained(AdminClient client, int first, PrintWriter out)
            throws Unreachable, Refused, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int shown = first;
        int connections = first;
        while (connections > 0) {
            if (System.nanoTime() - deadline >= 0) {
                throw new Refused(
                        server
                                + ": "
                                + StateChange.remain(connections)
                                + " after "
                                + DurationText.format(timeout)
                                + "; it stays drained, wait longer or stop it");
            }
            Thread.sleep(LOOK_EVERY);
            connections = connections(client.get("/api/v1/status"));
            if (connections != shown) {
                out.println(StateChange.remain(connections));
                out.flush();
                shown = connections;
            }
        }
        return ExitCode.DONE;
    }

    /** A server that a reload removed has none. */
    private int connections(JsonNode status) {
        for (JsonNode backend : status.path("backends")) {
            for (JsonNode one : backend.path("servers")) {
                if (backend.path("name").asString("").equals(server.backend())
                        && one.path("name").asString("").equals(server.server())) {
                    return one.path("connections").asInt(0);
                }
            }
        }
        return 0;
    }

    /** Reads {@code 30s} from the command line. */
    static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return DurationText.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(text + ": " + e.getMessage());
            }
        }
    }
}
