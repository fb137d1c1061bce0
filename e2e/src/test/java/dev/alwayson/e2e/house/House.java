package dev.alwayson.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The project's own files. */
public final class House {

    /** The project's folder. */
    public static final Path ROOT = root();

    /** What holds sources, in the order in which it is built. */
    static final List<String> ROOMS = List.of("core", "config", "node", "cli", "app", "sim", "e2e");

    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".idea", ".vscode", "data");

    private House() {}

    /** Maven says where it is; an editor runs tests in the module's folder or at the root. */
    private static Path root() {
        String given = System.getProperty("project.root");
        Path start = Path.of(given == null ? "" : given).toAbsolutePath();
        return Files.exists(start.resolve("alwayson")) ? start : start.resolveSibling("");
    }

    /** Every file with this ending that is not made by the build, by its path from the root. */
    static List<Path> files(String ending) {
        try (Stream<Path> paths = Files.walk(ROOT)) {
            return paths.filter(
                            path -> path.toString().endsWith(ending) && Files.isRegularFile(path))
                    .map(ROOT::relativize)
                    .filter(House::ours)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> files(String ending, Predicate<Path> which) {
        return files(ending).stream().filter(which).toList();
    }

    static boolean isTest(Path path) {
        return path.toString().contains("/src/test/");
    }

    static String read(Path path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A package of sources may be called target or data; only folders of the build are left out.
     */
    private static boolean ours(Path path) {
        if (path.toString().contains("src/main/java/")
                || path.toString().contains("src/test/java/")) {
            return true;
        }
        for (Path part : path) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }
}
