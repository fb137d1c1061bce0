package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** How an event reads. */
class EventLineTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void timesAreToTheMillisecondAndOfOneLength() {
        assertThat(line("2026-03-01T12:00:00.123456789Z"))
                .startsWith("2026-03-01T12:00:00.123Z  n");
        assertThat(line("2026-03-01T12:00:00.1Z")).startsWith("2026-03-01T12:00:00.100Z  n");
        assertThat(line("2026-03-01T12:00:00Z")).startsWith("2026-03-01T12:00:00.000Z  n");
        assertThat(line("today")).as("of a later version").startsWith("today  n");
    }

    @Test
    void saysWhereAndWhat() {
        assertThat(line("2026-03-01T12:00:00Z"))
                .isEqualTo("2026-03-01T12:00:00.000Z  n  started, version 1");
    }

    private static String line(String wall) {
        return EventLine.of(
                JSON.readTree(
                        "{\"wall\": \"%s\", \"id\": {\"node\": \"n\"}, \"text\": \"started, version 1\"}"
                                .formatted(wall)));
    }
}
