package dev.alwayson.config;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.setting.NearestWord;
import dev.alwayson.core.target.HealthCheck;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a single text stands for where a group of settings is meant.
 *
 * @param group the record of the group
 * @param key the one setting that the text is; empty if only words are taken
 * @param standard the word that stands for the group with every setting at its default
 * @param absent the word that stands for having no such group
 */
record ShortForm(
        Class<? extends Record> group,
        Optional<String> key,
        Optional<String> standard,
        Optional<String> absent) {

    /** Of other settings and programs, to those of a switch here. */
    private static final Map<String, String> SWITCHES =
            Map.of("yes", "on", "true", "on", "no", "off", "false", "off");

    private static final List<ShortForm> ALL =
            List.of(
                    keyed(Server.class, "address"),
                    keyed(AccessLog.class, "file"),
                    new ShortForm(
                            HealthCheck.class,
                            Optional.empty(),
                            Optional.of("tcp"),
                            Optional.of("none")),
                    new ShortForm(
                            Eject.class, Optional.empty(), Optional.of("on"), Optional.of("off")));

    private static ShortForm keyed(Class<? extends Record> group, String key) {
        return new ShortForm(group, Optional.of(key), Optional.empty(), Optional.empty());
    }

    static Optional<ShortForm> of(Class<? extends Record> group) {
        return ALL.stream().filter(form -> form.group == group).findFirst();
    }

    /** The word that was probably meant, if one was. */
    Optional<String> meant(String text) {
        String switched = SWITCHES.getOrDefault(text.toLowerCase(Locale.ROOT), text);
        return words().contains(switched) ? Optional.of(switched) : NearestWord.to(text, words());
    }

    /** The words it takes. */
    List<String> words() {
        return Stream.of(standard, absent).flatMap(Optional::stream).toList();
    }
}
