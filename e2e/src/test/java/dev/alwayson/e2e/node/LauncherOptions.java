package dev.alwayson.e2e.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JVM options that {@code ./alwayson} starts a node with: memory is measured under these. */
public final class LauncherOptions {

    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Pattern FLAGS = Pattern.compile("<jvm\\.flags>(.*)</jvm\\.flags>");
    private static final Pattern OPTIONS =
            Pattern.compile("(?s)pom\\.xml\"\\) (-XX:.*?) \\$\\{ALWAYSON_JAVA_OPTIONS:-}\"");

    private LauncherOptions() {}

    public static List<String> all() {
        return words(find(FLAGS, "pom.xml") + " " + find(OPTIONS, "alwayson")).toList();
    }

    /** And these, which win. */
    public static List<String> with(String... more) {
        return Stream.concat(all().stream(), Stream.of(more)).toList();
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.replace("\\\n", " ").strip().split("\\s+", -1));
    }

    private static String find(Pattern pattern, String file) {
        try {
            Matcher found = pattern.matcher(Files.readString(ROOT.resolve(file)));
            if (!found.find()) {
                throw new IllegalStateException(file + ": has no " + pattern);
            }
            return found.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
