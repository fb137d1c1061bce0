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
    }

    private static List<String> status(String journal) {
        return StatusText.of(JSON.readTree("{\"journal\":" + journal + "}"), Instant.EPOCH, false);
    }
}
