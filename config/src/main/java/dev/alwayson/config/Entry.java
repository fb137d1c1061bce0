package dev.alwayson.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A key of a mapping and its value. */
record Entry(String key, Place keyPlace, Node value) {

    /** The entries of a mapping; of those with the same key the first, the others are problems. */
    static List<Entry> of(MappingNode mapping, SettingPath path, Problems problems) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, Place> first = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place place = Place.of(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                String value = Shown.text(tuple.getKeyNode());
                problems.add(place, path, value, "must be a word: it is a key");
                continue;
            }
            String key = scalar.getValue();
            Place earlier = first.putIfAbsent(key, place);
            if (earlier == null) {
                entries.put(key, new Entry(key, place, tuple.getValueNode()));
            } else {
                problems.add(
                        place,
                        path.key(Shown.text(key)),
                        "given again",
                        "must be given once: it is on line " + earlier.line() + " already");
            }
        }
        return List.copyOf(entries.values());
    }

    /** Of a text its own place, of a mapping or a list that of its key. */
    Place place() {
        return value instanceof ScalarNode scalar && !Shown.absent(scalar)
                ? Place.of(value)
                : keyPlace;
    }
}
