package dev.alwayson.config;

import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.NearestWord;
import dev.alwayson.core.setting.Network;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.StatusRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * How one type of value is written.
 *
 * @param name what the reference page calls it
 * @param rule what is said of a text that is not of this form
 * @param words the only texts there are; empty if there are too many
 * @param reader throws an IllegalArgumentException if the text is not of this form
 * @param measure for its range
 */
record ValueForm(
        String name,
        String rule,
        List<String> words,
        Function<String, Object> reader,
        Function<Object, String> writer,
        ToLongFunction<Object> measure) {

    /** Longer than the largest value of any setting; a few years more do not fit a long. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Fewer of a unit that was left out are seconds: no timeout is that short. */
    private static final int LEAST_MILLIS = 100;

    /** Words for true and false that an earlier YAML took, and this one does not. */
    private static final Map<String, String> YAML_1_1 =
            Map.of("yes", "true", "on", "true", "no", "false", "off", "false");

    private static final Map<Class<?>, ValueForm> FORMS =
            Map.of(
                    String.class,
                    text(),
                    int.class,
                    wholeNumber(),
                    Integer.class,
                    wholeNumber(),
                    boolean.class,
                    ofWords(Map.of("true", true, "false", false), List.of("true", "false")),
                    Duration.class,
                    new ValueForm(
                            "duration",
                            DurationText.RULE,
                            List.of(),
                            DurationText::parse,
                            value -> DurationText.format((Duration) value),
                            value -> millis((Duration) value)),
                    ByteSize.class,
                    new ValueForm(
                            "size",
                            ByteSize.RULE,
                            List.of(),
                            ByteSize::parse,
                            Object::toString,
                            value -> ((ByteSize) value).bytes()),
                    Path.class,
                    of("path", "must be the path of a file", text -> Path.of(line(text))),
                    HostAndPort.class,
                    of("address", HostAndPort.RULE, HostAndPort::parse),
                    Network.class,
                    of("network", Network.RULE, Network::parse),
                    StatusRange.class,
                    of("status range", StatusRange.RULE, StatusRange::parse));

    private static final ValueForm PERCENT = of("percentage", Percent.RULE, Percent::parse);

    /** The form of a type; empty if values of this type are not written as one text. */
    static Optional<ValueForm> of(Class<?> type) {
        if (type.isEnum()) {
            return Optional.of(ofEnum(type.getEnumConstants()));
        }
        return type == Percent.class ? Optional.of(PERCENT) : Optional.ofNullable(FORMS.get(type));
    }

    private static ValueForm of(String name, String rule, Function<String, Object> reader) {
        return new ValueForm(name, rule, List.of(), reader, Object::toString, ValueForm::noRange);
    }

    private static ValueForm text() {
        return of("text", "must be a text of one line, not empty", ValueForm::line);
    }

    private static String line(String text) {
        if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static ValueForm wholeNumber() {
        return new ValueForm(
                "number",
                "must be a whole number",
                List.of(),
                ValueForm::number,
                Object::toString,
                value -> (Integer) value);
    }

    private static long noRange(Object value) {
        throw new IllegalStateException(value + ": values of this type have no range");
    }

    private static Object number(String text) {
        if (!text.matches("-?(0|[1-9]\\d{0,8})")) {
            throw new IllegalArgumentException(text);
        }
        return Integer.valueOf(text);
    }

    private static long millis(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toMillis();
    }

    private static ValueForm ofEnum(Object[] constants) {
        List<String> words = Arrays.stream(constants).map(ValueForm::word).toList();
        Map<String, Object> meanings = new HashMap<>();
        for (Object constant : constants) {
            meanings.put(word(constant), constant);
        }
        return ofWords(meanings, words);
    }

    private static String word(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ValueForm ofWords(Map<String, Object> meanings, List<String> words) {
        return new ValueForm(
                Words.either(words),
                "must be " + Words.either(words),
                words,
                text -> {
                    Object meaning = meanings.get(text);
                    if (meaning == null) {
                        throw new IllegalArgumentException(text);
                    }
                    return meaning;
                },
                ValueForm::word,
                ValueForm::noRange);
    }

    /** The value of a text; empty if it is not of this form. */
    Optional<Object> read(String text) {
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException e) {
            // It is not.
            return Optional.empty();
        }
    }

    /** What is wrong with a text that is not of this form, where more can be said than the rule. */
    Optional<String> mistake(String text) {
        return switch (name) {
            case "address" -> HostAndPort.mistake(text);
            case "duration" ->
                    DurationText.tooLong(text)
                            ? Optional.of("must be at most " + DurationText.LONGEST)
                            : Optional.empty();
            case "size" ->
                    ByteSize.tooLarge(text)
                            ? Optional.of("must be at most " + ByteSize.LARGEST)
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** What the text was probably meant to be. */
    Optional<String> suggestion(String text) {
        if (!words.isEmpty()) {
            String yaml = YAML_1_1.getOrDefault(text.toLowerCase(Locale.ROOT), text);
            return words.contains(yaml) ? Optional.of(yaml) : NearestWord.to(text, words);
        }
        boolean number = text.matches("\\d{1,9}");
        return switch (name) {
            case "duration" -> number ? Optional.of(text + likelyUnit(text)) : Optional.empty();
            case "size" -> number ? Optional.of(text + "B") : binary(text);
            case "address" -> number ? Optional.of(":" + text) : Optional.empty();
            case "number" ->
                    number ? Optional.of(text.replaceFirst("^0+(?=.)", "")) : Optional.empty();
            case "percentage" -> number ? Optional.of(text + "%") : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Who leaves it out and means many means milliseconds, as most other programs do. */
    private static String likelyUnit(String duration) {
        return Integer.parseInt(duration) < LEAST_MILLIS ? "s" : "ms";
    }

    private static Optional<String> binary(String size) {
        return size.matches("\\d{1,9} ?[kKmMgG][iI]?[bB]?")
                ? Optional.of(
                        size.replaceAll("\\D", "")
                                + size.replaceAll("[\\d bBiI]", "").toUpperCase(Locale.ROOT)
                                + "iB")
                : Optional.empty();
    }
}
