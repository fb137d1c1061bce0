package dev.alwayson.node.proxy.log;

import dev.alwayson.config.FileIdentity;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a file that this process has open was deleted: it then is written as before,
 * and nobody ever sees what was. By the names of open files that Linux tells (proc_pid_fd(5));
 * elsewhere no file is known to be deleted.
 */
final class DeletedFile {

    private static final Path OPEN = Path.of("/proc/self/fd");

    private static final String DELETED = " (deleted)";

    private DeletedFile() {}

    /**
     * Looks at every open file, so it is for the case that this name is no longer that of the open
     * file. One that was moved is deleted by the name that it had last.
     *
     * @param name as the kernel knows it: absolute, without symbolic links
     * @param key which file it is; null if that is not known, then it must have had this name
     */
    static boolean isOpen(Path name, @Nullable Object key) {
        String deleted = name + DELETED;
        if (!Files.isDirectory(OPEN)) {
            return false;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN)) {
            for (Path descriptor : open) {
                String target = target(descriptor);
                if (target.equals(deleted)
                        || (target.endsWith(DELETED)
                                && key != null
                                && key.equals(FileIdentity.key(descriptor).orElse(null)))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false; // Without a free descriptor nothing can be said; the next look may.
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
