package dev.alwayson.config;

import dev.alwayson.core.control.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A configuration as a file with every default filled in. Read again in the same environment, it
 * gives an equal configuration. What came from the environment stands as its reference.
 */
public final class EffectiveConfiguration {

    private static final String INDENT = "  ";

    private final Map<String, String> fromEnvironment;

    private EffectiveConfiguration(Map<String, String> fromEnvironment) {
        this.fromEnvironment = fromEnvironment;
    }

    public static String of(Reading.Valid valid) {
        Configuration configuration = valid.configuration();
        List<String> lines =
                new EffectiveConfiguration(valid.fromEnvironment())
                        .group(configuration, SettingPath.TOP, List.of());
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /**
     * @param idle settings that mean nothing here, from the group down: they are left out
     */
    private List<String> group(Record group, SettingPath path, List<SettingPath> idle) {
        List<SettingPath> left = new ArrayList<>(idle);
        left.addAll(Conditions.idle(group));
        List<String> lines = new ArrayList<>();
        for (DeclaredSetting setting : DeclaredSetting.of(group.getClass())) {
            if (!left.contains(SettingPath.of(setting.key()))) {
                List<SettingPath> inside = SettingPath.below(setting.key(), left);
                SettingPath place = path.key(setting.key());
                Object value = setting.valueIn(group);
                if (value.equals(Optional.empty())) {
                    setting.absent().ifPresent(word -> lines.add(setting.key() + ": " + word));
                } else {
                    lines.addAll(setting(setting.key(), setting.type(), value, place, inside));
                }
            }
        }
        return lines;
    }

    private List<String> setting(
            String key, SettingType type, Object value, SettingPath path, List<SettingPath> idle) {
        return switch (type) {
            case SettingType.Value one -> List.of(key + ": " + text(one.form(), value, path));
            case SettingType.Group _ -> below(key, group((Record) value, path, idle));
            case SettingType.Maybe maybe ->
                    setting(key, maybe.content(), ((Optional<?>) value).orElseThrow(), path, idle);
            case SettingType.Listed list -> list(key, list.element(), (List<?>) value, path);
            case SettingType.Named named -> named(key, named.element(), (Map<?, ?>) value, path);
        };
    }

    private List<String> list(String key, SettingType element, List<?> values, SettingPath path) {
        if (element instanceof SettingType.Value one) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                SettingPath place = path.element(i);
                boolean alone = !fromEnvironment.containsKey(place.toString());
                texts.add(text(one.form(), values.get(i), alone ? path : place));
            }
            return List.of(key + ": [" + String.join(", ", texts) + "]");
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            List<String> group = group((Record) values.get(i), path.element(i), List.of());
            for (int line = 0; line < group.size(); line++) {
                lines.add((line == 0 ? "- " : INDENT) + group.get(line));
            }
        }
        return lines.isEmpty() ? List.of(key + ": []") : below(key, lines);
    }

    private List<String> named(
            String key, SettingType element, Map<?, ?> values, SettingPath path) {
        List<String> lines = new ArrayList<>();
        values.forEach((name, value) -> {
            String word = (String) name;
            lines.addAll(setting(word, element, value, path.key(word), List.of()));
        });
        return lines.isEmpty() ? List.of(key + ": {}") : below(key, lines);
    }

    private static List<String> below(String key, List<String> lines) {
        List<String> all = new ArrayList<>(List.of(key + ":"));
        lines.forEach(line -> all.add(INDENT + line));
        return all;
    }

    private String text(ValueForm form, Object value, SettingPath path) {
        String written = fromEnvironment.get(path.toString());
        return quoted(written != null ? written : Substitution.escape(form.writer().apply(value)));
    }

    /** In quotes wherever YAML could take the text for anything but a plain text. */
    private static String quoted(String text) {
        boolean plain = text.matches("[A-Za-z0-9/.][A-Za-z0-9/._:%*-]*") && !text.endsWith(":");
        boolean absent = text.matches("null|Null|NULL");
        return plain && !absent
                ? text
                : text.codePoints()
                        .mapToObj(EffectiveConfiguration::escaped)
                        .collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int character) {
        if (character == '"' || character == '\\') {
            return "\\" + (char) character;
        }
        boolean visible = (character >= 0x20 && character <= 0x7e) || Character.isLetter(character);
        return visible ? Character.toString(character) : "\\U%08X".formatted(character);
    }
}
