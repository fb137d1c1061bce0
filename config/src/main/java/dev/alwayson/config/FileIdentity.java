package dev.alwayson.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Which file has a name, by whatever links; also of what is not there. */
public final class FileIdentity {

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private FileIdentity() {}

    /** What two names of one file have in common; that of what is not there is its path. */
    static Object of(Path path) {
        return key(path).orElseGet(() -> real(path));
    }

    /**
     * What all names of one file have in common; empty if none has this name, or it cannot be
     * looked at.
     */
    public static Optional<Object> key(Path path) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Its path without links, also of what is not there. */
    static Path real(Path path) {
        return real(path, MAX_LINKS);
    }

    /** Whether nothing can be there, or be made there, for links that lead in a circle. */
    static boolean endless(Path path) {
        Path real = real(path);
        return Stream.iterate(real, Objects::nonNull, Path::getParent)
                .anyMatch(Files::isSymbolicLink);
    }

    private static Path real(Path path, int links) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path absolute = path.toAbsolutePath().normalize();
            Path parent = absolute.getParent();
            if (parent == null) {
                return absolute;
            }
            Path folder = real(parent, links);
            return target(absolute)
                    .filter(_ -> links > 0)
                    .map(target -> real(folder.resolve(target), links - 1))
                    .orElseGet(() -> folder.resolve(absolute.getFileName()));
        }
    }

    private static Optional<Path> target(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path));
        } catch (IOException noLink) {
            return Optional.empty();
        }
    }
}
