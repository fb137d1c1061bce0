package dev.alwayson.node.proxy.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** The descriptors of pipes that it can write, each by its name under /proc. */
    static Set<Path> writtenPipes() throws IOException {
        Set<Path> pipes = new HashSet<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : links.toList()) {
                if (Files.isSymbolicLink(link) // Others come and go meanwhile.
                        && Files.readSymbolicLink(link).toString().startsWith("pipe:")
                        && Files.getPosixFilePermissions(link, LinkOption.NOFOLLOW_LINKS)
                                .contains(PosixFilePermission.OWNER_WRITE)) {
                    pipes.add(link);
                }
            }
        }
        return pipes;
    }
}
