package dev.alwayson.core.control;

import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.setting.Setting;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two configurations, a line each: {@code backend shop: server web3 added},
 * {@code backend shop: health-check: interval changed from 2s to 5s}. Walks the records by their
 * components, so that no setting can be forgotten.
 */
final class Difference {

    /** More lines than this are only counted. */
    static final int MOST_LINES = 100;

    /** A value that is longer than this is not quoted. */
    private static final int LONGEST_VALUE = 60;

    /** Settings whose texts are words of the file or of HTTP, and so no secrets. */
    private static final Set<String> WORDS = Set.of("backend", "method", "upgrade");

    private final List<String> lines = new ArrayList<>();

    private Difference() {}

    /**
     * First the runtime changes that are without effect from now on. Without an earlier
     * configuration: what frontends and backends there are.
     */
    static List<String> lines(
            Optional<Configuration> before, Configuration after, RuntimeChanges changes) {
        Configuration from = before.orElseGet(() -> empty(after));
        Difference difference = new Difference();
        changes.states()
                .forEach((server, state) -> {
                    boolean was = before.map(it -> it.has(server)).orElse(true);
                    if (was && !after.has(server)) {
                        difference.lines.add(
                                server + " " + state.word() + ": without effect, not configured");
                    }
                });
        difference.records("", from, after);
        return difference.bounded();
    }

    private static Configuration empty(Configuration after) {
        return new Configuration(
                after.node(), after.data(), after.admin(), Map.of(), Map.of(), after.shutdown());
    }

    private List<String> bounded() {
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        List<String> bounded = new ArrayList<>(lines.subList(0, MOST_LINES));
        bounded.add("and " + (lines.size() - MOST_LINES) + " more");
        return bounded;
    }

    private void records(String path, Record from, Record to) {
        for (RecordComponent component : from.getClass().getRecordComponents()) {
            values(path, key(component), value(component, from), value(component, to));
        }
    }

    private void values(String path, String key, Object from, Object to) {
        if (from.equals(to)) {
            return;
        }
        switch (from) {
            case Map<?, ?> map when to instanceof Map<?, ?> other -> maps(path, key, map, other);
            case Optional<?> one when to instanceof Optional<?> other ->
                    optionals(path, key, one, other);
            case Record record when to instanceof Record other && hasSettings(record) ->
                    records(path + key + ": ", record, other);
            default -> lines.add(path + key + " changed" + quoted(key, from, to));
        }
    }

    private void maps(String path, String key, Map<?, ?> from, Map<?, ?> to) {
        String one = key.endsWith("s") ? key.substring(0, key.length() - 1) : key;
        Set<Object> names = new LinkedHashSet<>(from.keySet());
        names.addAll(to.keySet());
        for (Object name : names) {
            Object was = from.get(name);
            Object is = to.get(name);
            if (was == null) {
                lines.add(path + one + " " + name + " added");
            } else if (is == null) {
                lines.add(path + one + " " + name + " removed");
            } else {
                values(path, one + " " + name, was, is);
            }
        }
    }

    private void optionals(String path, String key, Optional<?> from, Optional<?> to) {
        if (from.isPresent() && to.isPresent()) {
            values(path, key, from.get(), to.get());
        } else {
            lines.add(path + key + (to.isPresent() ? " added" : " removed"));
        }
    }

    private static boolean hasSettings(Record record) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        return components.length > 0 && components[0].isAnnotationPresent(Setting.class);
    }

    /** Values before and after, but for free texts: they may be secrets of the environment. */
    private static String quoted(String key, Object from, Object to) {
        if (!WORDS.contains(key) && (holdsText(from) || holdsText(to))) {
            return "";
        }
        String was = text(from);
        String is = text(to);
        boolean tooLong = was.length() > LONGEST_VALUE || is.length() > LONGEST_VALUE;
        return tooLong ? "" : " from " + was + " to " + is;
    }

    private static boolean holdsText(Object value) {
        return switch (value) {
            case String _, Path _ -> true;
            case List<?> list -> list.stream().anyMatch(Difference::holdsText);
            case Record record -> hasSettings(record);
            default -> false;
        };
    }

    private static String text(Object value) {
        return switch (value) {
            case Duration duration -> DurationText.format(duration);
            case Enum<?> word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-');
            default -> value.toString();
        };
    }

    private static String key(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting != null && !setting.key().isEmpty()) {
            return setting.key();
        }
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
