package dev.alwayson.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A key of a mapping and its value. */
record Entry(String key, Place keyPlace, Node value) {

    private static final String MERGE = "<<";
    private static final String MERGE_RULE =
            "must be written out: an alias stands for a whole value, and merge keys are not read";

    /**
     * The entries of a mapping. A key that is given again is a problem; two mappings of the same
     * key are read as one, so that what is wrong in the second is told as well, else the first
     * counts.
     */
    static List<Entry> of(MappingNode mapping, SettingPath path, Problems problems) {
        Map<String, List<Entry>> byKey = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place place = Place.of(tuple.getKeyNode());
            if (tuple.getKeyNode() instanceof ScalarNode scalar) {
                String key = scalar.getValue();
                if (key.equals(MERGE)) {
                    problems.add(place, path.key(key), "not taken", MERGE_RULE);
                    continue;
                }
                byKey.computeIfAbsent(key, _ -> new ArrayList<>())
                        .add(new Entry(key, place, tuple.getValueNode()));
            } else {
                String value = Shown.text(tuple.getKeyNode());
                problems.add(place, path, value, "must be a word: it is a key");
            }
        }
        return byKey.values().stream().map(same -> one(same, path, problems)).toList();
    }

    private static Entry one(List<Entry> same, SettingPath path, Problems problems) {
        Entry first = same.getFirst();
        int line = first.keyPlace.line();
        String rule = "must be given once: it is on line " + line + " already";
        boolean mappings = same.stream().allMatch(entry -> entry.value instanceof MappingNode);
        for (Entry again : same.subList(1, same.size())) {
            if (mappings) {
                problems.addKey(again.keyPlace, path.key(first.key), "given again", rule);
            } else {
                problems.add(again.keyPlace, path.key(first.key), "given again", rule);
            }
        }
        return mappings && same.size() > 1 ? together(same) : first;
    }

    private static Entry together(List<Entry> mappings) {
        Entry first = mappings.getFirst();
        List<NodeTuple> all = new ArrayList<>();
        for (Entry entry : mappings) {
            all.addAll(((MappingNode) entry.value).getValue());
        }
        Optional<Mark> start = first.value.getStartMark();
        Node one = new MappingNode(Tag.MAP, true, all, FlowStyle.BLOCK, start, start);
        return new Entry(first.key, first.keyPlace, one);
    }

    /** Of a text its own place, of a mapping or a list that of its key. */
    Place place() {
        return value instanceof ScalarNode scalar && !Shown.absent(scalar)
                ? Place.of(value)
                : keyPlace;
    }
}
