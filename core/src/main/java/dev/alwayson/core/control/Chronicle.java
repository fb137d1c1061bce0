package dev.alwayson.core.control;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import java.util.Optional;

/**
 * Where this node's events have got to: gives the next one its envelope.
 *
 * @param sequence of the last event
 * @param time of the last event
 */
record Chronicle(String node, long sequence, HybridTime time) {

    /** The version of the form that the kinds of {@link Happening} have now. */
    private static final int FORM = 1;

    Event event(Happening happening, Optional<EventId> cause, Moment now) {
        return new Event(
                new EventId(node, sequence + 1),
                FORM,
                time.next(now.wall().toEpochMilli()),
                now.wall(),
                cause,
                Scope.VERDICT,
                happening);
    }

    Chronicle after(Event event) {
        return new Chronicle(node, event.id().sequence(), event.time());
    }
}
