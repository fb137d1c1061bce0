package dev.alwayson.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** An event of the journal as a line for people. */
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
                + event.path("text").asString("");
    }

    /** To the millisecond, and all of the same length. */
    private static String time(String wall) {
        try {
            return TIME.format(Instant.parse(wall));
        } catch (DateTimeParseException e) {
            return wall; // of a later version
        }
    }
}
