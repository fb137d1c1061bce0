package dev.alwayson.config;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What could be read of a file, setting for setting, and where it stood. The checks of the whole
 * work on it; where a setting has a problem already, its default stands in its place and {@link
 * #sound} says so.
 */
final class Draft {

    private static final SettingPath ADMIN = SettingPath.of("admin");

    private record Given(Place place, String text) {}

    private final Problems problems;
    private final Map<SettingPath, Given> given = new LinkedHashMap<>();
    private final Map<SettingPath, Object> values = new LinkedHashMap<>();
    private final Map<SettingPath, Record> groups = new LinkedHashMap<>();
    private final Set<SettingPath> guessed = new HashSet<>();
    private final Map<SettingPath, String> fromEnvironment = new LinkedHashMap<>();

    Draft(Problems problems) {
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /** Notes that the file gives this setting. */
    void give(SettingPath path, Place place, Node value) {
        given.put(path, new Given(place, Shown.text(value)));
    }

    /** Notes that a key which is no setting is read as this one: it may have meant another. */
    void guess(SettingPath path) {
        guessed.add(path);
    }

    void value(SettingPath path, Object value) {
        values.put(path, value);
    }

    void group(SettingPath path, Record group) {
        groups.put(path, group);
    }

    /** Notes that the value holds something of the environment, and how it is written. */
    void fromEnvironment(SettingPath path, String written) {
        fromEnvironment.put(path, written);
    }

    Map<SettingPath, String> fromEnvironment() {
        return fromEnvironment;
    }

    boolean given(SettingPath path) {
        return given.containsKey(path);
    }

    /** The keys that the file gives directly below this setting, in its order. */
    List<String> keysBelow(SettingPath path) {
        return given.keySet().stream()
                .filter(p -> !p.steps().isEmpty() && p.parent().equals(path))
                .map(p -> p.steps().getLast())
                .toList();
    }

    boolean sound(SettingPath path) {
        return problems.sound(path);
    }

    /** The whole, as far as it could be read; empty if the top of the file is no mapping. */
    Optional<Configuration> configuration() {
        return Optional.ofNullable(groups.get(SettingPath.TOP)).map(Configuration.class::cast);
    }

    /**
     * The node's own door, where the file leaves no doubt of it: it gives it without a mistake of
     * form; or it does not give it, and that is meant, for the file is whole and no key of it is
     * unknown that could have been this one.
     */
    Optional<Admin> admin() {
        boolean told = given(ADMIN) || (given(References.FRONTENDS) && noUnknownKey());
        return configuration()
                .map(Configuration::admin)
                .filter(_ -> told && !guessed.contains(ADMIN) && sound(ADMIN));
    }

    private boolean noUnknownKey() {
        return problems.doubtfulBelow(SettingPath.TOP).allMatch(this::given);
    }

    /** Every group of this kind in the file, in the order of the file. */
    <T extends Record> void each(Class<T> kind, BiConsumer<SettingPath, T> action) {
        each(groups, kind, action);
    }

    /** Every single value of this type in the file that has the right form. */
    <T> void eachValue(Class<T> type, BiConsumer<SettingPath, T> action) {
        each(values, type, action);
    }

    private static <T> void each(
            Map<SettingPath, ?> all, Class<T> type, BiConsumer<SettingPath, T> action) {
        all.forEach((path, value) -> {
            if (type.isInstance(value)) {
                action.accept(path, type.cast(value));
            }
        });
    }

    /** How a setting's value is shown: as the file has it, else its default. */
    String shown(SettingPath path) {
        Given setting = given.get(path);
        return setting != null ? setting.text : standard(path) + " unless given";
    }

    private String standard(SettingPath path) {
        Record group = Objects.requireNonNull(groups.get(path.parent()));
        return DeclaredSetting.of(group.getClass()).stream()
                .filter(setting -> setting.key().equals(path.steps().getLast()))
                .findFirst()
                .orElseThrow()
                .words()
                .standard();
    }

    /** A problem with a setting as it is written, at its place. */
    void report(SettingPath path, String rule) {
        report(path, rule, Optional.empty());
    }

    void report(SettingPath path, String rule, Optional<String> suggestion) {
        Given setting = given.get(path);
        problems.add(
                place(path), path, setting == null ? "missing" : setting.text, rule, suggestion);
    }

    /** A problem with a setting of which something else than its text is to be shown. */
    void report(SettingPath path, String value, String rule) {
        problems.add(place(path), path, value, rule);
    }

    /** Something worth knowing of a setting that has no problem. */
    void note(SettingPath path, String meaning) {
        problems.note(place(path), path, meaning);
    }

    private Place place(SettingPath path) {
        Given setting = given.get(path);
        if (setting != null) {
            return setting.place;
        }
        return path.steps().isEmpty() ? Place.START : place(path.parent());
    }
}
