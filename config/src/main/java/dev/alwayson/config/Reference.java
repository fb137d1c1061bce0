package dev.alwayson.config;

import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The page that explains every setting, in Markdown: generated from the records that hold them, so
 * that it cannot say anything else than they do.
 */
public final class Reference {

    /** Lists and mappings that {@link References} wants to be given. */
    private static final Set<String> WANTED =
            Set.of("frontends", "frontends.NAME.bind", "backends.NAME.servers");

    private static final String TABLE_HEAD =
            "| Setting | Value | Default | Meaning |\n|---|---|---|---|\n";

    private final StringBuilder sections = new StringBuilder();
    private final StringBuilder laterWords = new StringBuilder();

    private Reference() {}

    public static String page() {
        Reference reference = new Reference();
        reference.section("Top of the file", "", Configuration.class, Map.of());
        return head()
                + reference.sections
                + "\n## Words for later\n\nThese are kept for what comes next. Today they are"
                + " problems, not available in this version:\n\n"
                + reference.laterWords
                + "\nSo are the reference `${address}`, and backends called `DATABASE/primary` or"
                + " `DATABASE/replicas`.\n\nThis page is generated; the build says how when it is"
                + " out of date.\n";
    }

    private static String head() {
        try (InputStream head = Reference.class.getResourceAsStream("reference-head.md")) {
            return new String(Objects.requireNonNull(head).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reference-head.md is missing from the jar", e);
        }
    }

    /**
     * @param notes what is to be added to the meaning of settings, from the group down
     */
    private void section(
            String title,
            String path,
            Class<? extends Record> group,
            Map<SettingPath, String> notes) {
        Map<SettingPath, String> all = new HashMap<>(notes);
        for (Conditions.Condition condition : Conditions.ALL) {
            if (condition.group() == group) {
                condition
                        .settings()
                        .forEach(setting -> all.merge(setting, note(condition), String::concat));
            }
        }
        sections.append("\n## ").append(title).append("\n\n").append(TABLE_HEAD);
        List<Runnable> below = new ArrayList<>();
        for (DeclaredSetting setting : DeclaredSetting.of(group)) {
            String place = path.isEmpty() ? setting.key() : path + "." + setting.key();
            String note = all.getOrDefault(SettingPath.of(setting.key()), "");
            sections.append(row(setting, place, note));
            groupOf(setting.type())
                    .ifPresent(inner ->
                            below.add(() -> {
                                String name = place + element(setting.type());
                                section("`" + name + "`", name, inner, inside(setting.key(), all));
                            }));
        }
        for (LaterWord word : LaterWord.of(group)) {
            String name = path.isEmpty() ? word.key() : path + "." + word.key();
            laterWords.append("- `%s`: %s\n".formatted(name, word.meaning()));
        }
        below.forEach(Runnable::run);
    }

    private static Map<SettingPath, String> inside(String key, Map<SettingPath, String> notes) {
        Map<SettingPath, String> inner = new HashMap<>();
        notes.forEach((path, note) ->
                SettingPath.below(key, List.of(path)).forEach(p -> inner.put(p, note)));
        return inner;
    }

    private static String note(Conditions.Condition condition) {
        return " *" + condition.rule().replace("must be given only", "Only") + ".*";
    }

    private static String row(DeclaredSetting setting, String place, String note) {
        Setting words = setting.words();
        String meaning = (words.value() + " " + words.extremes()).strip() + note;
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        setting.key(),
                        value(setting.type(), words, place).replace("|", "\\|"),
                        standard(setting, place),
                        meaning.replace("|", "\\|"));
    }

    private static String standard(DeclaredSetting setting, String place) {
        String standard = setting.words().standard();
        if (WANTED.contains(place)) {
            return "must be given";
        }
        if (place.equals("backends.NAME.health-check.http")) {
            return StandardCheck.WORDS;
        }
        if (!standard.isEmpty()) {
            return standard.equals("{}") ? "all defaults" : "`" + standard + "`";
        }
        return switch (setting.type()) {
            case SettingType.Value _, SettingType.Group _ -> "must be given";
            case SettingType.Maybe _, SettingType.Listed _, SettingType.Named _ -> "none";
        };
    }

    private static String value(SettingType type, Setting words, String place) {
        return switch (type) {
            case SettingType.Value value -> value(value.form(), words);
            case SettingType.Group group -> group(group.type(), place);
            case SettingType.Maybe maybe -> value(maybe.content(), words, place);
            case SettingType.Listed list ->
                    "one or a list: " + value(list.element(), words, place + element(list));
            case SettingType.Named named ->
                    "by name: " + value(named.element(), words, place + element(named));
        };
    }

    private static String value(ValueForm form, Setting words) {
        if (!form.words().isEmpty()) {
            return Words.either(form.words().stream().map(word -> "`" + word + "`").toList());
        }
        if (!words.rule().isEmpty()) {
            return words.rule().replaceFirst("^must be ", "");
        }
        Range range = Range.of(words, form);
        return range.isOpen() ? form.name() : form.name() + ", " + range.words();
    }

    private static String group(Class<? extends Record> group, String place) {
        String anchor = place.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
        String link = "[settings](#" + anchor + ")";
        Optional<ShortForm> shortForm = ShortForm.of(group);
        if (shortForm.isEmpty()) {
            return link;
        }
        List<String> forms = new ArrayList<>();
        shortForm.get().words().forEach(word -> forms.add("`" + word + "`"));
        shortForm.get().key().ifPresent(key -> forms.add("its " + key));
        forms.add(link);
        return Words.either(forms);
    }

    /** How one of several is written in a path. */
    private static String element(SettingType type) {
        return switch (type) {
            case SettingType.Named _ -> ".NAME";
            case SettingType.Listed _ -> "[]";
            case SettingType.Maybe maybe -> element(maybe.content());
            case SettingType.Value _, SettingType.Group _ -> "";
        };
    }

    /** The record of the settings that a setting holds, one by one, in a list or by name. */
    static Optional<Class<? extends Record>> groupOf(SettingType type) {
        return switch (type) {
            case SettingType.Group group -> Optional.of(group.type());
            case SettingType.Named named -> groupOf(named.element());
            case SettingType.Listed list -> groupOf(list.element());
            case SettingType.Maybe maybe -> groupOf(maybe.content());
            case SettingType.Value _ -> Optional.empty();
        };
    }
}
