package dev.alwayson.config;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** How a value of the file is shown in a problem: as written, never what a reference stands for. */
final class Shown {

    /** As long as the longest name. */
    private static final int MAX_CHARS = 64;

    private Shown() {}

    static String text(Node node) {
        return switch (node) {
            case ScalarNode scalar when absent(scalar) -> "empty";
            case ScalarNode scalar -> text(scalar.getValue());
            case MappingNode _ -> "a mapping";
            default -> "a list";
        };
    }

    /** On one line, without what a terminal could take for a command, and not too long. */
    static String text(String written) {
        String line = written.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
        if (line.isEmpty()) {
            return "\"\"";
        }
        return line.codePointCount(0, line.length()) <= MAX_CHARS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, MAX_CHARS)) + "…";
    }

    /** Whether nothing is written, or YAML's word for nothing. */
    static boolean absent(ScalarNode scalar) {
        return scalar.isPlain() && scalar.getValue().matches("|~|null|Null|NULL");
    }
}
