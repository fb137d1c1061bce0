package dev.alwayson.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A key of a mapping and its value. */
record Entry(String key, Place keyPlace, Node value) {

    /**
     * The entries of a mapping. A key that is given again is a problem; two mappings of the same
     * key are read as one, so that what is wrong in the second is told as well, else the first
     * counts.
     */
    static List<Entry> of(MappingNode mapping, SettingPath path, Problems problems) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place place = Place.of(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                String value = Shown.text(tuple.getKeyNode());
                problems.add(place, path, value, "must be a word: it is a key");
                continue;
            }
            Entry entry = new Entry(scalar.getValue(), place, tuple.getValueNode());
            Entry first = entries.putIfAbsent(entry.key, entry);
            if (first != null) {
                entries.put(entry.key, entry.after(first, path.key(entry.key), problems));
            }
        }
        return List.copyOf(entries.values());
    }

    private Entry after(Entry first, SettingPath path, Problems problems) {
        int line = first.keyPlace.line();
        String rule = "must be given once: it is on line " + line + " already";
        if (!(first.value instanceof MappingNode one && value instanceof MappingNode other)) {
            problems.add(keyPlace, path, "given again", rule);
            return first;
        }
        problems.addKey(keyPlace, path, "given again", rule);
        List<NodeTuple> both = new ArrayList<>(one.getValue());
        both.addAll(other.getValue());
        Node merged =
                new MappingNode(
                        Tag.MAP,
                        true,
                        both,
                        FlowStyle.BLOCK,
                        one.getStartMark(),
                        other.getEndMark());
        return new Entry(key, first.keyPlace, merged);
    }

    /** Of a text its own place, of a mapping or a list that of its key. */
    Place place() {
        return value instanceof ScalarNode scalar && !Shown.absent(scalar)
                ? Place.of(value)
                : keyPlace;
    }
}
