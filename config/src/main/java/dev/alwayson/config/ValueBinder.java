package dev.alwayson.config;

import dev.alwayson.core.setting.Setting;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Makes a value of a single text: references, form, range. */
final class ValueBinder {

    private final Draft draft;
    private final Substitution substitution;
    private final Path folder;

    ValueBinder(Draft draft, Substitution substitution, Path folder) {
        this.draft = draft;
        this.substitution = substitution;
        this.folder = folder;
    }

    Optional<Object> bind(ValueForm form, Setting words, Node node, SettingPath path) {
        if (!(node instanceof ScalarNode scalar) || Shown.absent(scalar)) {
            problem(node, path, ruleOf(form, words), Optional.empty());
            return Optional.empty();
        }
        try {
            String text = substitution.apply(scalar.getValue());
            if (Substitution.refersToEnvironment(scalar.getValue())) {
                draft.fromEnvironment(path, scalar.getValue());
            }
            return value(form, words, text, node, path);
        } catch (Substitution.UnknownReference e) {
            problem(node, path, String.valueOf(e.getMessage()), Optional.empty());
            return Optional.empty();
        }
    }

    private Optional<Object> value(
            ValueForm form, Setting words, String text, Node node, SettingPath path) {
        Optional<Object> read = form.read(text);
        if (read.isEmpty()) {
            boolean asWritten = text.equals(((ScalarNode) node).getValue());
            Optional<String> suggestion =
                    (asWritten ? form.suggestion(text) : Optional.<String>empty())
                            .filter(word -> matches(words, word) && allowed(form, words, word));
            problem(node, path, ruleOf(form, words, text), suggestion);
            return Optional.empty();
        }
        Object value = read.get();
        if (!matches(words, text)) {
            problem(node, path, words.rule(), Optional.empty());
            return Optional.empty();
        }
        if (!Range.of(words, form).holds(value)) {
            problem(node, path, Range.of(words, form).rule(), Optional.empty());
            return Optional.empty();
        }
        Object found =
                value instanceof Path relative ? folder.resolve(relative).normalize() : value;
        draft.value(path, found);
        return Optional.of(found);
    }

    private static boolean matches(Setting words, String text) {
        return words.form().isEmpty() || text.matches(words.form());
    }

    private static boolean allowed(ValueForm form, Setting words, String text) {
        return form.read(text).filter(Range.of(words, form)::holds).isPresent();
    }

    /** What is said of a text that is not of the form, as exactly as it is known. */
    private static String ruleOf(ValueForm form, Setting words, String text) {
        Range range = Range.of(words, form);
        boolean negative = text.startsWith("-") && form.read(text.substring(1)).isPresent();
        if (!range.max().isEmpty() && form.mistake(text).isPresent()) {
            return range.rule(); // It is too large.
        }
        if (!negative || range.isOpen()) {
            return negative
                    ? "must not be negative"
                    : form.mistake(text).orElseGet(() -> ruleOf(form, words));
        }
        return range.rule() + ", and not negative";
    }

    private static String ruleOf(ValueForm form, Setting words) {
        if (!words.rule().isEmpty()) {
            return words.rule();
        }
        Range range = Range.of(words, form);
        boolean number = form.name().equals("number") && !range.isOpen();
        return number ? range.rule() : form.rule();
    }

    private void problem(Node node, SettingPath path, String rule, Optional<String> suggestion) {
        draft.problems().add(Place.of(node), path, Shown.text(node), rule, suggestion);
    }
}
