package dev.alwayson.app.demo;

import java.util.Map;

/**
 * What came back for a request.
 *
 * @param headers by their names in lower case
 */
record HttpAnswer(int status, Map<String, String> headers, String body, boolean keepAlive) {

    HttpAnswer {
        headers = Map.copyOf(headers);
    }
}
