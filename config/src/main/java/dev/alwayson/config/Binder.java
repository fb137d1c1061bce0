package dev.alwayson.config;

import dev.alwayson.core.setting.NearestWord;
import dev.alwayson.core.setting.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Makes records of YAML nodes, by what their components declare. It goes on after a problem: a
 * setting that has one is left at its default, or taken out of the list or mapping that holds it.
 */
final class Binder {

    private final Draft draft;
    private final Problems problems;
    private final ValueBinder values;
    private final Path folder;
    private final Map<RecordComponent, Object> standards = new HashMap<>();

    /**
     * @param folder where relative paths start
     */
    Binder(Draft draft, Substitution substitution, Path folder) {
        this.draft = draft;
        this.problems = draft.problems();
        this.values = new ValueBinder(draft, substitution, folder);
        this.folder = folder;
    }

    /** The value of a node; empty if a problem kept it from becoming one. */
    private Optional<?> bind(SettingType type, Setting words, Node node, SettingPath path) {
        return switch (type) {
            case SettingType.Value value -> values.bind(value.form(), words, node, path);
            case SettingType.Group group -> group(group.type(), node, path);
            case SettingType.Listed list -> list(list.element(), words, node, path);
            case SettingType.Named named -> named(named.element(), words, node, path);
            case SettingType.Maybe maybe -> maybe(maybe.content(), words, node, path);
        };
    }

    private Optional<?> maybe(SettingType content, Setting words, Node node, SettingPath path) {
        Optional<String> absent = DeclaredSetting.absent(content, words);
        if (node instanceof ScalarNode scalar && absent.equals(Optional.of(scalar.getValue()))) {
            return Optional.of(Optional.empty());
        }
        Optional<?> value = bind(content, words, node, path);
        return value.isPresent() ? Optional.of(value) : value;
    }

    private Optional<?> list(SettingType element, Setting words, Node node, SettingPath path) {
        if (!(node instanceof SequenceNode sequence)) {
            return bind(element, words, node, path).map(List::of);
        }
        if (sequence.getValue().isEmpty() && !words.standard().isEmpty()) {
            problems.add(Place.of(node), path, "[]", "must name at least one");
            return Optional.empty();
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            Node child = sequence.getValue().get(i);
            draft.give(path.element(i), Place.of(child), child);
            bind(element, words, child, path.element(i)).ifPresent(elements::add);
        }
        return Optional.of(elements);
    }

    private Optional<?> named(SettingType element, Setting words, Node node, SettingPath path) {
        if (!(node instanceof MappingNode mapping)) {
            problems.add(
                    Place.of(node), path, Shown.text(node), "must be a mapping, name: value, …");
            return Optional.empty();
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        for (Entry entry : Entry.of(mapping, path, problems)) {
            SettingPath place = path.key(entry.key());
            draft.give(place, entry.place(), entry.value());
            if (Names.ofDatabase(entry.key())) {
                problems.add(
                        entry.keyPlace(),
                        place,
                        LaterWord.RULE,
                        "names of this form come with databases; remove it");
                continue;
            }
            if (!Names.valid(entry.key())) {
                problems.addKey(entry.keyPlace(), place, Shown.text(entry.key()), Names.RULE);
            }
            if (Names.dots(entry.key())) {
                problems.addKey(entry.keyPlace(), place, entry.key(), Names.RULE_OF_DOTS);
            }
            bind(element, words, entry.value(), place)
                    .ifPresent(value -> byName.put(entry.key(), value));
        }
        return Optional.of(byName);
    }

    /** A record of a mapping, or of the short form that its type may have. */
    Optional<Record> group(Class<? extends Record> type, Node node, SettingPath path) {
        Optional<ShortForm> shortForm = ShortForm.of(type);
        if (node instanceof MappingNode mapping) {
            return record(type, settings(type, mapping, path), path);
        }
        if (node instanceof ScalarNode scalar && shortForm.isPresent()) {
            ShortForm form = shortForm.get();
            if (form.standard().equals(Optional.of(scalar.getValue()))) {
                return record(type, Map.of(), path);
            }
            if (form.key().isPresent()) {
                draft.give(path.key(form.key().get()), Place.of(node), node);
                return record(type, Map.of(form.key().get(), node), path);
            }
        }
        problems.add(
                Place.of(node),
                path,
                Shown.text(node),
                groupRule(shortForm),
                node instanceof ScalarNode scalar
                        ? shortForm.flatMap(form -> form.meant(scalar.getValue()))
                        : Optional.empty());
        return Optional.empty();
    }

    private static String groupRule(Optional<ShortForm> shortForm) {
        List<String> words = new ArrayList<>(shortForm.map(ShortForm::words).orElse(List.of()));
        shortForm.flatMap(ShortForm::key).ifPresent(words::add);
        words.add("a mapping of settings");
        return "must be " + Words.either(words);
    }

    /**
     * The nodes of the settings that this group knows. What it does not know is a problem, and read
     * as the setting that was probably meant, so that what is wrong below it is told as well.
     */
    private Map<String, Node> settings(
            Class<? extends Record> type, MappingNode mapping, SettingPath path) {
        Map<String, SettingType> known = new LinkedHashMap<>();
        DeclaredSetting.of(type).forEach(setting -> known.put(setting.key(), setting.type()));
        Map<String, Node> settings = new LinkedHashMap<>();
        List<Entry> unknown = new ArrayList<>();
        for (Entry entry : Entry.of(mapping, path, problems)) {
            if (known.containsKey(entry.key())) {
                take(entry.key(), entry, path, settings);
            } else if (LaterWord.keys(type).contains(entry.key())) {
                problems.add(
                        entry.keyPlace(),
                        path.key(entry.key()),
                        LaterWord.RULE,
                        "remove it until a version has it");
            } else {
                unknown.add(entry);
            }
        }
        for (Entry entry : unknown) {
            unknown(entry, path, List.copyOf(known.keySet()))
                    .filter(meant -> !settings.containsKey(meant))
                    .ifPresent(meant -> {
                        draft.guess(path.key(meant));
                        if (Objects.requireNonNull(known.get(meant)).fits(entry.value())) {
                            take(meant, entry, path, settings);
                        } else {
                            problems.doubt(path.key(meant));
                        }
                    });
        }
        return settings;
    }

    private void take(String key, Entry entry, SettingPath path, Map<String, Node> settings) {
        draft.give(path.key(key), entry.place(), entry.value());
        settings.put(key, entry.value());
    }

    /** Tells an unknown key, and gives the known one that was probably meant. */
    private Optional<String> unknown(Entry entry, SettingPath path, List<String> known) {
        Optional<String> meant =
                NearestWord.to(entry.key(), known).or(() -> OtherWord.meant(entry.key(), known));
        problems.add(
                entry.keyPlace(),
                path.key(entry.key()),
                "no such setting",
                "must be " + Words.either(known),
                meant);
        return meant;
    }

    private Optional<Record> record(
            Class<? extends Record> type, Map<String, Node> nodes, SettingPath path) {
        List<Object> arguments = new ArrayList<>();
        boolean complete = true;
        for (DeclaredSetting setting : DeclaredSetting.of(type)) {
            SettingPath place = path.key(setting.key());
            Node node = nodes.get(setting.key());
            Optional<?> value =
                    node == null
                            ? Optional.empty()
                            : bind(setting.type(), setting.words(), node, place);
            Optional<?> argument = value.isPresent() ? value : standard(setting);
            if (argument.isEmpty() && problems.sound(place)) {
                draft.report(place, "must be given");
            }
            complete &= argument.isPresent();
            argument.ifPresent(arguments::add);
        }
        Optional<Record> record =
                complete ? Optional.of(construct(type, arguments)) : Optional.empty();
        record.ifPresent(group -> draft.group(path, group));
        return record;
    }

    /** What a setting is when it is left out; empty if it must be given. */
    private Optional<?> standard(DeclaredSetting setting) {
        String text = setting.words().standard();
        if (!text.isEmpty()) {
            return Optional.of(
                    standards.computeIfAbsent(setting.component(), _ -> standard(setting, text)));
        }
        return switch (setting.type()) {
            case SettingType.Maybe _ -> Optional.of(Optional.empty());
            case SettingType.Listed _ -> Optional.of(List.of());
            case SettingType.Named _ -> Optional.of(Collections.emptyMap());
            case SettingType.Value _, SettingType.Group _ -> Optional.empty();
        };
    }

    private Object standard(DeclaredSetting setting, String text) {
        Problems mistakes = new Problems(folder);
        Draft aside = new Draft(mistakes);
        Substitution nothing = new Substitution(Optional.empty(), Map.of());
        Binder binder = new Binder(aside, nothing, folder);
        return YamlTree.parse(text, mistakes)
                .flatMap(n -> binder.bind(setting.type(), setting.words(), n, SettingPath.TOP))
                .filter(_ -> mistakes.sorted().isEmpty())
                .orElseThrow(() -> new IllegalStateException(setting + ": " + mistakes.sorted()));
    }

    private static Record construct(Class<? extends Record> type, List<Object> arguments) {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException(type + " cannot be made of " + arguments, e);
        }
    }
}
