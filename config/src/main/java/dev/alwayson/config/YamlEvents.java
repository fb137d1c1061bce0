package dev.alwayson.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** What the events of a YAML text tell before a tree is made of it: tags, its depth, its size. */
final class YamlEvents {

    static final int MAX_DEPTH = 32;

    /** More than a file of the largest size can hold, but by aliases. */
    static final int MAX_VALUES = 1_000_000;

    private record Open(Optional<Anchor> anchor, int before) {}

    private final Problems problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<Anchor, Integer> sizes = new HashMap<>();
    private int values;

    private YamlEvents(Problems problems) {
        this.problems = problems;
    }

    /** Whether a tree can be made of them; tells why not, and every tag. */
    static boolean fit(Iterable<Event> events, Problems problems) {
        YamlEvents seen = new YamlEvents(problems);
        for (Event event : events) {
            if (!seen.take(event)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(Event event) {
        Optional<Place> place = event.getStartMark().map(Place::of);
        switch (event) {
            case AliasEvent alias -> values += sizes.getOrDefault(alias.getAlias(), 1);
            case ScalarEvent scalar -> {
                tag(scalar.getTag(), place);
                values++;
            }
            case CollectionStartEvent start -> {
                tag(start.getTag(), place);
                open.push(new Open(start.getAnchor(), values++));
            }
            case CollectionEndEvent _ -> {
                Open ended = open.pop();
                ended.anchor().ifPresent(anchor -> sizes.put(anchor, values - ended.before()));
            }
            default -> {
                // Begins and ends of the stream and its document.
            }
        }
        if (open.size() > MAX_DEPTH) {
            problems.add(place, "nested too deep", "must be at most " + MAX_DEPTH + " deep");
        } else if (values > MAX_VALUES) {
            problems.add(place, "too large with its aliases", "must be at most a million values");
        }
        return open.size() <= MAX_DEPTH && values <= MAX_VALUES;
    }

    private void tag(Optional<String> tag, Optional<Place> place) {
        tag.map(name -> Shown.text(name.replace("tag:yaml.org,2002:", "!!")))
                .ifPresent(name -> problems.add(place, name, "must be written without a tag"));
    }
}
