package dev.alwayson.app.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An event of the balancer's journal, as its admin API tells it.
 *
 * @param position in the journal
 * @param what the event's own members
 */
record Occurrence(long position, String kind, Instant wall, JsonNode what) {

    static List<Occurrence> read(JsonNode page) {
        List<Occurrence> read = new ArrayList<>();
        for (JsonNode event : page.path("events")) {
            read.add(
                    new Occurrence(
                            event.path("position").asLong(),
                            event.path("kind").asString(),
                            Instant.parse(event.path("wall").asString()),
                            event.path("what")));
        }
        return read;
    }

    /** Whether this is how the balancer noticed the fault. */
    boolean notices(Fault fault) {
        return switch (fault) {
            case Fault.Reloaded _ -> kind.equals("configuration-applied");
            case Fault.Killed _, Fault.Frozen _, Fault.Failing _, Fault.Slowed _ ->
                    kind.equals("server-health-changed")
                            && word("server").equals(fault.server())
                            && word("to").equals("unhealthy");
        };
    }

    /** One line for people. */
    String text() {
        return switch (kind) {
            case "server-health-changed" ->
                    "%s is %s: %s".formatted(word("server"), word("to"), word("reason"));
            case "backend-availability-changed" ->
                    "%s is %s: %s of %s servers can serve"
                            .formatted(
                                    word("backend"), word("to"), word("serving"), word("servers"));
            case "configuration-applied" -> "configuration applied: " + changes();
            case "configuration-refused" -> "configuration refused: " + list("problems");
            default -> kind + " " + what;
        };
    }

    private String changes() {
        String changes = list("changes");
        return changes.isEmpty() ? "nothing differs" : changes;
    }

    private String list(String name) {
        List<String> lines = new ArrayList<>();
        what.path(name).forEach(line -> lines.add(line.asString()));
        return String.join("; ", lines);
    }

    private String word(String name) {
        return what.path(name).asString("");
    }
}
