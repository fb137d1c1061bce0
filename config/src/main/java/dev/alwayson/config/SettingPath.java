package dev.alwayson.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Where a setting is: the keys, names and {@code [index]}es from the top of the file to it. */
record SettingPath(List<String> steps) {

    static final SettingPath TOP = new SettingPath(List.of());

    SettingPath {
        steps = List.copyOf(steps);
    }

    static SettingPath of(String... steps) {
        return new SettingPath(List.of(steps));
    }

    SettingPath key(String... keys) {
        List<String> longer = new ArrayList<>(steps);
        longer.addAll(List.of(keys));
        return new SettingPath(longer);
    }

    /** Of these paths the rest of those that begin with this key. */
    static List<SettingPath> below(String key, List<SettingPath> paths) {
        return paths.stream()
                .filter(path -> path.steps.size() > 1 && path.steps.getFirst().equals(key))
                .map(path -> new SettingPath(path.steps.subList(1, path.steps.size())))
                .toList();
    }

    SettingPath below(SettingPath relative) {
        return key(relative.steps.toArray(String[]::new));
    }

    SettingPath element(int index) {
        return key("[" + index + "]");
    }

    SettingPath parent() {
        return new SettingPath(steps.subList(0, steps.size() - 1));
    }

    /** What it is part of, from the top of the file down. */
    List<SettingPath> ancestors() {
        return IntStream.range(0, steps.size())
                .mapToObj(length -> new SettingPath(steps.subList(0, length)))
                .toList();
    }

    /** {@code frontends.web.routes[0].path}; a step that holds a dot stands in quotes. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String step : steps) {
            boolean index = step.startsWith("[") && step.endsWith("]");
            text.append(text.isEmpty() || index ? "" : ".");
            String shown = Shown.text(step);
            text.append(shown.contains(".") ? '"' + shown + '"' : shown);
        }
        return text.toString();
    }
}
