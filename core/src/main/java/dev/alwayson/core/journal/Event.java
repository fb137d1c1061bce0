package dev.alwayson.core.journal;

import dev.alwayson.core.time.HybridTime;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing that happened.
 *
 * @param version of the form of {@code happening}, from 1
 * @param wall the node's clock, for people; {@code time} is what orders
 * @param cause the earlier event that this one follows from; empty only where the cause lies
 *     outside: see {@link Happening#consequence}
 */
public record Event(
        EventId id,
        int version,
        HybridTime time,
        Instant wall,
        Optional<EventId> cause,
        Scope scope,
        Happening happening) {

    public Event {
        if (cause.isEmpty() && happening.consequence()) {
            throw new IllegalArgumentException(
                    happening.kind() + ": a consequence names the event that caused it");
        }
    }
}
