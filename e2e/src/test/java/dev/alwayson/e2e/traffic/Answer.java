package dev.alwayson.e2e.traffic;

import java.util.Locale;
import java.util.Map;

/**
 * A complete answer to a request.
 *
 * @param headers by their names in lower case
 */
record Answer(int status, Map<String, String> headers, String body) {

    Answer {
        headers = Map.copyOf(headers);
    }

    /** Its value, or nothing. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Whether the connection ends with it. */
    boolean closing() {
        return header("connection").equalsIgnoreCase("close");
    }
}
