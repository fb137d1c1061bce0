package dev.alwayson.config;

import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an access log may be written to: a regular file, or a character device such as {@code
 * /dev/null}; and no file that the node keeps or reads itself. To open a FIFO waits for its reader,
 * and to write one waits for it again; lines among those of a configuration spoil it. Names are
 * looked up whenever they are asked about, for links and files come and go while the node runs. For
 * any thread.
 */
public final class LogTarget {

    static final String A_FIFO = "a FIFO";

    private static final String IN_A_CIRCLE =
            "behind links that lead in a circle: remove one of them, or name another file";

    /** The bits of {@code st_mode} that say of what kind a file is, and their values: inode(7). */
    private static final int KIND = 0170000;

    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int FOLDER = 0040000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int REGULAR_FILE = 0100000;
    private static final int SOCKET = 0140000;

    /** The files that are kept or read, and whose they are; not all of them exist. */
    private final Map<Path, String> owners = new LinkedHashMap<>();

    /**
     * For the access logs of this configuration.
     *
     * @param file that it was read from
     */
    public LogTarget(Path file, Configuration configuration) {
        owners.put(file, "this configuration");
        DataFiles.in(configuration.data()).forEach(own -> owners.put(own, "the node's"));
        configuration
                .admin()
                .tokenFile()
                .ifPresent(token -> owners.putIfAbsent(token, "that of admin.token-file"));
        configuration
                .backends()
                .forEach((name, backend) ->
                        backend.whenDown()
                                .flatMap(WhenDown::bodyFile)
                                .ifPresent(body -> owners.putIfAbsent(body, bodyOf(name))));
    }

    private static String bodyOf(String backend) {
        return "that of " + References.BACKENDS.key(backend, "when-down", "body-file");
    }

    /**
     * Finds out without opening it.
     *
     * @return what it must be, and what it is, if no access log can be written to it. Nothing for
     *     what does not exist yet, unless somebody else would make it; and for what has a name only
     *     as one of this process's open files, as {@code /dev/stdout} has when that is a pipe,
     *     which opens at once even without a reader
     */
    public Optional<String> unfit(Path path) {
        return kind(path)
                .map(kind -> "must be a regular file or a character device, and is " + kind)
                .or(() ->
                        owner(FileIdentity.of(path))
                                .map(owner -> "must be a file of its own, and is " + owner));
    }

    private Optional<String> owner(Object identity) {
        return owners.entrySet().stream()
                .filter(each -> identity.equals(FileIdentity.of(each.getKey())))
                .filter(each -> keeps(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * Whether what is written there stays for others to read: in a regular file, or one that does
     * not exist yet. A device is nobody's, be it /dev/null, or a terminal that the configuration is
     * read from.
     */
    static boolean keeps(Path path) {
        return Files.isRegularFile(path) || !Files.exists(path);
    }

    /** What it is, if it is unfit; without opening it. */
    static Optional<String> kind(Path path) {
        try {
            Path real = path.toRealPath();
            int mode =
                    real.getFileSystem().supportedFileAttributeViews().contains("unix")
                            ? (int) Files.getAttribute(real, "unix:mode")
                            : Files.isDirectory(real) ? FOLDER : REGULAR_FILE;
            return kind(mode);
        } catch (IOException e) {
            return FileIdentity.endless(path) ? Optional.of(IN_A_CIRCLE) : Optional.empty();
        }
    }

    /** In words, if it is unfit. */
    private static Optional<String> kind(int mode) {
        return switch (mode & KIND) {
            case REGULAR_FILE, CHARACTER_DEVICE -> Optional.empty();
            case FIFO -> Optional.of(A_FIFO);
            case FOLDER -> Optional.of("a folder");
            case SOCKET -> Optional.of("a socket");
            case BLOCK_DEVICE -> Optional.of("a block device");
            default -> Optional.of("of an unknown kind");
        };
    }
}
