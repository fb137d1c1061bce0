package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** How many events the journal lost, in words. */
final class LostEventsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void aJournalThatIsWellIsNotMentioned() {
        assertThat(status("{\"lost\":0}")).noneMatch(line -> line.contains("journal"));
    }

    @Test
    void aJournalThatCannotBeWrittenHasNotLostAnythingYet() {
        assertThat(status("{\"lost\":0,\"problem\":\"disk is full\"}"))
                .endsWith("", "The journal cannot be written: disk is full");
    }

    @Test
    void oneEventIsNotManyEvents() {
        assertThat(status("{\"lost\":1}")).endsWith("", "The journal lost 1 event.");
        assertThat(status("{\"lost\":2,\"problem\":\"disk is full\"}"))
                .endsWith(
                        "",
                        "The journal lost 2 events.",
                        "The journal cannot be written: disk is full");
        assertThat(event(1)).endsWith("  1 event lost: disk is full");
        assertThat(event(2)).endsWith("  2 events lost: disk is full");
    }

    private static List<String> status(String journal) {
        return StatusText.of(JSON.readTree("{\"journal\":" + journal + "}"), Instant.EPOCH, false);
    }

    private static String event(int count) {
        return EventLine.of(
                JSON.readTree(
                        "{\"kind\":\"events-lost\",\"what\":{\"count\":"
                                + count
                                + ",\"problem\":\"disk is full\"}}"));
    }
}
