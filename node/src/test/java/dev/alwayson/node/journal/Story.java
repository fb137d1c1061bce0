package dev.alwayson.node.journal;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.time.HybridTime;
import java.time.Instant;
import java.util.Optional;

/** Events of one node, numbered. */
final class Story {

    static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00.000000123Z");

    private Story() {}

    static Event event(long sequence) {
        return event(sequence, BEGIN.plusMillis(sequence));
    }

    static Event event(long sequence, Instant wall) {
        return new Event(
                new EventId("lb1", sequence),
                1,
                new HybridTime(wall.toEpochMilli(), 0),
                wall,
                Optional.of(new EventId("lb1", sequence - 1)),
                Scope.VIEW,
                new Happening.NodeStarted("run " + sequence));
    }
}
