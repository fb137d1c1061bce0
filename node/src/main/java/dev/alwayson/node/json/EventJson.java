package dev.alwayson.node.json;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.journal.Sentence;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An event as the admin API shows it. docs/api.md describes the form. */
public final class EventJson {

    private EventJson() {}

    public static ObjectNode write(Journal.Entry entry) {
        Event event = entry.event();
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("position", entry.position());
        object.set("id", id(event.id()));
        object.put("kind", event.happening().kind());
        object.put("version", event.version());
        object.put("time", event.time().toString());
        object.put("wall", event.wall().toString());
        event.cause().ifPresent(cause -> object.set("cause", id(cause)));
        object.put("scope", event.scope().name().toLowerCase(Locale.ROOT));
        object.set("what", HappeningJson.write(event.happening()));
        object.put("text", Sentence.line(event.happening()));
        return object;
    }

    private static ObjectNode id(EventId id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("node", id.node())
                .put("sequence", id.sequence());
    }
}
