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
 * @param text one line for people
 */
record Occurrence(long position, String kind, Instant wall, JsonNode what, String text) {

    static List<Occurrence> read(JsonNode page) {
        List<Occurrence> read = new ArrayList<>();
        for (JsonNode event : page.path("events")) {
            read.add(
                    new Occurrence(
                            event.path("position").asLong(),
                            event.path("kind").asString(),
                            Instant.parse(event.path("wall").asString()),
                            event.path("what"),
                            event.path("text").asString("")));
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

    private String word(String name) {
        return what.path(name).asString("");
    }
}
