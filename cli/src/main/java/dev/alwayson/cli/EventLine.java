package dev.alwayson.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An event of the journal as a line for people. Kinds of later versions are shown as they are. */
final class EventLine {

    private EventLine() {}

    static String of(JsonNode event) {
        return event.path("wall").asString("")
                + "  "
                + event.path("id").path("node").asString("")
                + "  "
                + sentence(event.path("kind").asString(""), event.path("what"));
    }

    private static String sentence(String kind, JsonNode what) {
        return switch (kind) {
            case "node-started" -> "started, version " + word(what, "version");
            case "node-stopping" -> "stopping, asked by " + word(what, "by");
            case "configuration-applied" ->
                    "configuration applied, asked by " + word(what, "by") + list(what, "changes");
            case "configuration-refused" ->
                    "configuration refused, asked by " + word(what, "by") + list(what, "problems");
            case "server-health-changed" ->
                    server(what)
                            + " is "
                            + word(what, "to")
                            + ", was "
                            + word(what, "from")
                            + ": "
                            + word(what, "reason");
            case "server-state-changed" ->
                    server(what)
                            + " is set to "
                            + word(what, "state")
                            + ", was "
                            + word(what, "from")
                            + ", asked by "
                            + word(what, "by");
            case "backend-availability-changed" ->
                    word(what, "backend")
                            + " is "
                            + word(what, "to")
                            + ", was "
                            + word(what, "from")
                            + ": "
                            + what.path("serving")
                            + " of "
                            + what.path("servers")
                            + " servers can serve";
            case "server-ejected" ->
                    server(what)
                            + " is ejected for "
                            + word(what, "length")
                            + " ("
                            + what.path("times")
                            + " in succession): "
                            + word(what, "reason");
            case "server-returned" ->
                    server(what) + " is no longer ejected: " + word(what, "reason");
            case "backend-panic-changed" ->
                    word(what, "backend")
                            + (what.path("panic").asBoolean(false)
                                    ? " panics, every ready server serves: "
                                    : " no longer panics: ")
                            + what.path("able")
                            + " of "
                            + what.path("servers")
                            + " servers can serve";
            case "runtime-change-not-stored" ->
                    "a runtime change is not stored: " + word(what, "problem");
            case "events-lost" ->
                    what.path("count")
                            + (what.path("count").asLong(0) == 1
                                    ? " event lost: "
                                    : " events lost: ")
                            + word(what, "problem");
            default -> kind + " " + what;
        };
    }

    private static String server(JsonNode what) {
        return word(what, "backend") + "/" + word(what, "server");
    }

    private static String list(JsonNode what, String member) {
        List<String> lines = new ArrayList<>();
        what.path(member).forEach(line -> lines.add(line.asString("")));
        return lines.isEmpty() ? "" : ": " + String.join("; ", lines);
    }

    private static String word(JsonNode what, String member) {
        return what.path(member).asString("");
    }
}
