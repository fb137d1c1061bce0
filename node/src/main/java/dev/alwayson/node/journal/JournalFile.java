package dev.alwayson.node.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** Connections to the journal's SQLite file. Each is used by one thread at a time. */
final class JournalFile {

    /** How long a statement waits for another process that has the file locked. */
    static final int BUSY_MILLIS = 2000;

    private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);

    /** With which every SQLite file begins (sqlite.org/fileformat2.html, 1.3). */
    private static final byte[] BEGINNING = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final String ANOTHER_FILE =
            "repair the file, or move it away and a new one is begun";

    /** What an empty journal takes, with the files beside it. */
    private static final long ROOM_BYTES = 256 * 1024;

    private final Path path;
    private final Optional<Integer> maxPages;

    /**
     * @param maxPages no more pages of 4 KiB than this; without it the disk is the limit
     */
    JournalFile(Path path, Optional<Integer> maxPages) {
        this.path = path;
        this.maxPages = maxPages;
    }

    Path path() {
        return path;
    }

    /** Whether it was removed while it is open: what is recorded then ends with the node. */
    Optional<String> gone() {
        return Files.notExists(path)
                ? Optional.of(
                        path
                                + " was removed: what is recorded from now on is lost when the node"
                                + " ends; start the node again, which begins a new one")
                : Optional.empty();
    }

    /** A commit is on the disk when it returns (synchronous FULL). */
    Connection writer() throws JournalUnreadable {
        checkBeginning();
        SQLiteConfig config = config();
        maxPages.ifPresent(config::setMaxPageCount);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + path);
            try {
                checkForm(connection);
                EventTable.create(connection);
                return connection;
            } catch (SQLException | JournalUnreadable e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new JournalUnreadable(
                    path + ": the journal cannot be opened: " + e.getMessage() + remedy(e), e);
        }
    }

    /** SQLite takes a file of a few octets for one that is still empty, and writes over it. */
    private void checkBeginning() throws JournalUnreadable {
        if (!Files.isReadable(path) || !Files.isRegularFile(path) || unfinished()) {
            return; // SQLite creates it, or says what is wrong.
        }
        if (!startsWell()) {
            throw new JournalUnreadable(
                    path
                            + ": the journal cannot be opened: it is not a file of SQLite; "
                            + ANOTHER_FILE);
        }
    }

    private boolean startsWell() throws JournalUnreadable {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] beginning = in.readNBytes(BEGINNING.length);
            return beginning.length == 0 || Arrays.equals(beginning, BEGINNING);
        } catch (IOException e) {
            throw new JournalUnreadable(
                    path + ": the journal cannot be read: " + e.getMessage() + "; " + ANOTHER_FILE,
                    e);
        }
    }

    /** Whether SQLite, when it was killed, left what it takes to undo half a change. */
    private boolean unfinished() {
        return Files.exists(path.resolveSibling(path.getFileName() + "-journal"));
    }

    /** What to do about it. On a full disk moving the file away would lose it for nothing. */
    String remedy(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!mayBeUsed()) {
            return "; it is not to be written to by the node's user: correct its owner and rights,"
                    + " and those of the files beside it";
        }
        return message.contains("SQLITE_FULL")
                        || message.contains("No space left on device")
                        || (message.contains("SQLITE_IOERR") && folderIsFull())
                ? "; make room on the disk, and start again"
                : "; " + ANOTHER_FILE;
    }

    /** Whether its rights, and those of SQLite's files beside it, allow reading and writing. */
    private boolean mayBeUsed() {
        return Stream.of("", "-wal", "-shm")
                .map(end -> path.resolveSibling(path.getFileName() + end))
                .filter(Files::exists)
                .allMatch(file -> Files.isReadable(file) && Files.isWritable(file));
    }

    /** SQLite has other words for a full disk too, when its files beside the journal do not fit. */
    private boolean folderIsFull() {
        try {
            Path folder = path.toAbsolutePath().getParent();
            return folder != null && Files.getFileStore(folder).getUsableSpace() < ROOM_BYTES;
        } catch (IOException e) {
            LOG.debug("{}: how full the disk is cannot be read", path, e);
            return false;
        }
    }

    Connection reader() throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return config.createConnection("jdbc:sqlite:" + path);
    }

    private void checkForm(Connection connection) throws SQLException, JournalUnreadable {
        int form = EventTable.form(connection);
        if (form > EventTable.FORM) {
            throw new JournalUnreadable(
                    path
                            + ": the journal is of form "
                            + form
                            + ", this version of Always On knows forms up to "
                            + EventTable.FORM
                            + "; run the newer version, or move the file away and a new one is"
                            + " begun");
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        return config;
    }
}
