package dev.alwayson.node.proxy.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that this process has open. */
public final class OpenFiles {

    private OpenFiles() {}

    public static List<Path> paths() {
        List<Path> open = new ArrayList<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : links.toList()) {
                if (Files.isSymbolicLink(link)) { // Others come and go meanwhile.
                    open.add(Files.readSymbolicLink(link));
                }
            }
        } catch (NoSuchFileException e) {
            return paths();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }
}
