package dev.alwayson.node.journal;

import dev.alwayson.core.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads the journal on a platform thread of its own, because SQLite is native code, which would
 * hold on to the carrier of a virtual thread. Safe for use by several threads.
 */
final class JournalReader implements AutoCloseable {

    private static final int WAITING_READS = 256;

    private final JournalFile file;
    private final Connection connection;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING_READS),
                    Thread.ofPlatform().name("journal-reader").daemon().factory());

    JournalReader(JournalFile file) throws SQLException {
        this.file = file;
        this.connection = file.reader();
    }

    List<Journal.Entry> read(long afterPosition, int limit) {
        try {
            return thread.submit(() -> EventTable.select(connection, afterPosition, limit)).get();
        } catch (RejectedExecutionException e) {
            throw unreadable("it is closed, or " + WAITING_READS + " others are reading", e);
        } catch (ExecutionException e) {
            throw unreadable(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreadable("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(5, TimeUnit.SECONDS)) {
                connection.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw unreadable("it did not close", e);
        }
    }

    private UncheckedIOException unreadable(String why, Exception cause) {
        return new UncheckedIOException(
                new IOException(file.path() + ": the journal cannot be read: " + why, cause));
    }
}
