package dev.alwayson.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** An event of the journal as a line for people. Kinds of later versions are shown as they are. */
final class EventLine {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private EventLine() {}

    static String of(JsonNode event) {
        return time(event.path("wall").asString(""))
                + "  "
                + event.path("id").path("node").asString("")
                + "  "
                + sentence(event.path("kind").asString(""), event.path("what"));
    }

    /** To the millisecond, and all of the same length. */
    private static String time(String wall) {
        try {
            return TIME.format(Instant.parse(wall));
        } catch (DateTimeParseException e) {
            return wall; // of a later version
        }
    }

    private static String sentence(String kind, JsonNode what) {
        return switch (kind) {
            case "node-started" -> "started, version " + word(what, "version");
            case "node-stopping" -> "stopping, asked by " + word(what, "by");
            case "configuration-applied" ->
                    "configuration applied, asked by "
                            + word(what, "by")
                            + (what.path("changes").isEmpty() && !word(what, "by").equals("start")
                                    ? ": no setting has changed"
                                    : list(what, "changes"));
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
                            + availability(what);
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

    private static String availability(JsonNode what) {
        JsonNode serving = what.path("serving");
        JsonNode servers = what.path("servers");
        // Where none is missing, it is their rank that makes it degraded.
        boolean lastResort = word(what, "to").equals("degraded") && serving.equals(servers);
        String form =
                lastResort
                        ? "only backup or ejected servers can serve, %s of %s"
                        : "%s of %s servers can serve";
        return form.formatted(serving, servers);
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
