package dev.alwayson.node.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The machine code of SQLite, which comes in a jar and must be unpacked to be loaded. The file is
 * gone again as soon as that is done, so that a node that is killed leaves none behind. For any
 * thread.
 */
public final class SqliteLibrary {

    /** Where the driver unpacks it; who starts the node may say so, too. */
    private static final String FOLDER_PROPERTY = "org.sqlite.tmpdir";

    /** The folder of a library that is unpacked already; who starts the node may say one, too. */
    private static final String LIBRARY_PROPERTY = "org.sqlite.lib.path";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
    private static final ReentrantLock LOADING = new ReentrantLock();

    private SqliteLibrary() {}

    /** Where it is tried: the folder for temporary files may be full, missing or forbid it. */
    public static List<Path> folders(Path data) {
        String first =
                System.getProperty(FOLDER_PROPERTY, System.getProperty("java.io.tmpdir", "/tmp"));
        return List.of(Path.of(first), data);
    }

    /**
     * Loads it, unless it is loaded already.
     *
     * @return the first of the folders in which that could be done
     * @throws JournalUnreadable if it can be in none
     */
    public static Path load(List<Path> folders) throws JournalUnreadable {
        LOADING.lock();
        try {
            for (Path folder : folders) {
                if (loads(folder)) {
                    return folder;
                }
            }
        } finally {
            LOADING.unlock();
        }
        throw new JournalUnreadable(
                folders.stream().map(Path::toString).collect(Collectors.joining(" and "))
                        + ": the library of SQLite, for the journal, can be unpacked and loaded in"
                        + " neither; it takes 2 MiB of room and a file system that is not mounted"
                        + " noexec: make room, or name another folder by"
                        + " ALWAYSON_JAVA_OPTIONS=-D"
                        + FOLDER_PROPERTY
                        + "=FOLDER");
    }

    private static boolean loads(Path folder) {
        try {
            Path own = Files.createTempDirectory(folder, "alwayson-");
            try {
                unpack(own);
                return loadsFrom(own);
            } finally {
                remove(own);
            }
        } catch (Exception e) { // What the driver declares.
            LOG.debug("{}: the library of SQLite cannot be loaded from there", folder, e);
            return false;
        }
    }

    /** The driver would do it too, and then compare the file octet by octet with what it wrote. */
    private static void unpack(Path own) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library != null) {
                Files.copy(library, own.resolve(name));
            }
        }
    }

    private static boolean loadsFrom(Path own) throws Exception {
        String folder = System.setProperty(FOLDER_PROPERTY, own.toString());
        String library = System.getProperty(LIBRARY_PROPERTY);
        System.setProperty(LIBRARY_PROPERTY, library == null ? own.toString() : library);
        try {
            return SQLiteJDBCLoader.initialize();
        } finally {
            restore(FOLDER_PROPERTY, folder);
            restore(LIBRARY_PROPERTY, library);
        }
    }

    private static void restore(String property, @Nullable String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path each : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
