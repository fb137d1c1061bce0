package dev.alwayson.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The journal. */
@Command(
        name = "events",
        description = "Shows what happened: the newest events, and with --follow those to come.")
final class EventsCommand implements Callable<Integer> {

    /** So often, a second apart, a stream that broke is opened again before the command ends. */
    private static final int MOST_REOPENS = 60;

    private static final long STANDARD_LAST = 50;
    private static final int PAGE = 1000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin private AdminOptions admin = new AdminOptions();

    @Option(names = "--follow", description = "Goes on with what happens, until interrupted.")
    private boolean follow;

    @Option(names = "--json", description = "Prints each event as a line of JSON.")
    private boolean json;

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "Begins with the newest N events. Default: 50.")
    private Optional<Long> last = Optional.empty();

    @Option(
            names = "--after",
            paramLabel = "POSITION",
            description = "Begins after this position of the journal; 0 shows all.")
    private Optional<Long> after = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    private long position;

    @Override
    public Integer call() throws Unreachable, Refused, InterruptedException {
        checkUsage();
        try (AdminClient client = admin.client()) {
            long newest = client.get("/api/v1/status").path("journal").path("position").asLong(0);
            position = Math.max(0, after.orElse(newest - last.orElse(STANDARD_LAST)));
            printPages(client);
            if (follow) {
                followOn(client);
            }
        }
        return ExitCode.DONE;
    }

    private void checkUsage() {
        if (last.orElse(0L) < 0 || after.orElse(0L) < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--last and --after: must not be negative");
        }
        if (last.isPresent() && after.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--last and --after: each says where to begin, give one of them; --follow and"
                            + " --json go with either");
        }
    }

    private void printPages(AdminClient client) throws Unreachable, Refused, InterruptedException {
        JsonNode events;
        do {
            events = client.get("/api/v1/events?after=" + position + "&limit=" + PAGE);
            events = events.path("events");
            events.forEach(this::print);
        } while (events.size() == PAGE);
    }

    private void followOn(AdminClient client) throws Unreachable, Refused, InterruptedException {
        int reopened = 0;
        while (heard()) {
            long before = position;
            try {
                readStream(client);
            } catch (Unreachable e) {
                if (reopened >= MOST_REOPENS) {
                    throw e;
                }
            }
            reopened = position > before ? 1 : reopened + 1;
            Thread.sleep(1000);
        }
    }

    /** Returns when the stream ends. */
    private void readStream(AdminClient client) throws Unreachable, Refused, InterruptedException {
        String path = "/api/v1/events/stream?after=" + position;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(client.stream(path), StandardCharsets.UTF_8))) {
            String line;
            while (heard() && (line = lines.readLine()) != null) {
                if (line.startsWith("data: ")) {
                    print(JSON.readTree(line.substring("data: ".length())));
                }
            }
        } catch (IOException e) {
            spec.commandLine().getErr().println("The stream of events broke, trying again");
        }
    }

    /** Whether anybody still takes what is printed: no more when a pipe's reader has ended. */
    private boolean heard() {
        return !spec.commandLine().getOut().checkError();
    }

    private void print(JsonNode event) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? event.toString() : EventLine.of(event));
        out.flush();
        position = event.path("position").asLong(position);
    }
}
