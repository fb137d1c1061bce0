package dev.alwayson.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What the parser of YAML stumbled over, where it began, and what to do about it. */
record YamlMistake(Optional<Place> place, String rule) {

    static YamlMistake of(MarkedYamlEngineException e, String text) {
        Optional<Mark> context = e.getContextMark();
        Optional<Mark> mark = e.getProblemMark().or(() -> context);
        String problem = words(e.getProblem());
        if (mark.filter(m -> atReference(text, m.getIndex())).isPresent()) {
            return at(
                    mark,
                    "within { } and [ ] a value with ${ must be in quotes, as in"
                            + " \"${env:NAME}:80\"");
        }
        if (problem.contains("could not find expected ':'")) {
            return at(
                    context.or(() -> mark),
                    "this line wants a colon and a blank, as in key: value");
        }
        if (problem.contains("end of stream") || problem.contains("<stream end>")) {
            return at(context.or(() -> mark), "what begins here has no end: close it");
        }
        if (problem.contains("another document")) {
            return at(mark, "must be one document: remove this ---");
        }
        if (problem.contains("\\t(TAB)")) {
            return at(mark, "must not hold a tab here: indent with blanks");
        }
        if (problem.startsWith("expected <block end>")) {
            return at(mark, "must be indented like what it belongs to, and be a key: value");
        }
        if (problem.startsWith("mapping values are not allowed here")) {
            return at(
                    mark,
                    "no key: value can stand here: indent this line like those beside it; or, if"
                            + " the text before it has a colon of its own, write it in quotes");
        }
        if (problem.startsWith("expected ',' or ")) {
            return at(mark, unclosed(problem, context));
        }
        String raw = (problem + " " + words(e.getContext())).strip();
        return at(mark, raw + "; if this is a text, write it in quotes");
    }

    /** A list or a mapping of one line, of which this is no further part. */
    private static String unclosed(String problem, Optional<Mark> opened) {
        boolean list = problem.startsWith("expected ',' or ']'");
        return "here or before it a , or a %s is missing%s"
                .formatted(
                        list ? "]" : "}",
                        opened.map(Place::of)
                                .map(place ->
                                        ": the %s is at %s".formatted(list ? "[" : "{", place))
                                .orElse(""));
    }

    private static YamlMistake at(Optional<Mark> mark, String rule) {
        return new YamlMistake(mark.map(Place::of), rule);
    }

    private static boolean atReference(String text, int brace) {
        return brace > 0 && text.startsWith("${", text.offsetByCodePoints(0, brace - 1));
    }

    /** On one line, without the parser's own advice. */
    private static String words(@Nullable String parser) {
        return parser == null
                ? ""
                : parser.replaceAll("\\(Do not use .* for indentation\\)", "")
                        .replaceAll("\\s+", " ")
                        .strip();
    }
}
