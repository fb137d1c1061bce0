package dev.alwayson.node.journal;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.time.Clock;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in a SQLite file. A platform thread of its own writes what waits in batches, each one
 * transaction that is on the disk when it ends; a second one reads.
 *
 * <p>A batch that cannot be written is tried {@value #TRIES} times, over some three seconds; then
 * it is given up, counted, and told by an event of its own as soon as one can be written.
 */
public final class SqliteJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);

    /** Ten thousand events are some 5 MB of memory, and seconds of the worst flapping. */
    static final int BUFFER_EVENTS = 10_000;

    private static final int BATCH_EVENTS = 1000;
    private static final int TRIES = 5;
    private static final int FIRST_PAUSE_MILLIS = 200;
    private static final int PRUNE_EVERY_EVENTS = 1000;
    private static final int PRUNE_AT_MOST_EVENTS = 5000;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

    private final JournalFile file;
    private final Retention retention;
    private final Clock clock;
    private final WaitingEvents waiting;
    private final Connection connection;
    private final JournalReader reader;
    private final LastEvent last;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private volatile long position;
    private volatile boolean closed;
    private volatile @Nullable String problem;
    private final AtomicBoolean goneTold = new AtomicBoolean();
    private int sincePruned = PRUNE_EVERY_EVENTS;

    private SqliteJournal(JournalFile file, String node, Clock clock, int buffer, Retention keep)
            throws JournalUnreadable {
        this.file = file;
        this.retention = keep;
        this.clock = clock;
        this.waiting = new WaitingEvents(buffer);
        this.connection = file.writer();
        try {
            this.last = EventTable.last(connection, node);
            this.position = EventTable.newestPosition(connection);
            this.reader = new JournalReader(file);
        } catch (SQLException e) {
            throw new JournalUnreadable(
                    file.path()
                            + ": the journal cannot be read: "
                            + e.getMessage()
                            + file.remedy(e),
                    e);
        }
        this.writer = Thread.ofPlatform().name("journal-writer").unstarted(this::write);
    }

    /**
     * Opens the file, and creates it if it is missing.
     *
     * @param node whose numbering {@link #last} continues
     */
    public static SqliteJournal open(Path file, String node, Clock clock) throws JournalUnreadable {
        JournalFile unlimited = new JournalFile(file, Optional.empty());
        return open(unlimited, node, clock, BUFFER_EVENTS, Retention.STANDARD);
    }

    static SqliteJournal open(
            JournalFile file, String node, Clock clock, int buffer, Retention retention)
            throws JournalUnreadable {
        SqliteJournal journal = new SqliteJournal(file, node, clock, buffer, retention);
        journal.writer.start();
        return journal;
    }

    /** The newest event that the node had stored when the journal was opened. */
    public LastEvent last() {
        return last;
    }

    @Override
    public void append(Event event) {
        waiting.add(event);
    }

    /**
     * @throws UncheckedIOException if the file cannot be read, or too many others are reading
     */
    @Override
    public List<Entry> read(long afterPosition, int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("limit " + limit + ": must be from 1 to 10000");
        }
        return reader.read(afterPosition, limit);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean await(long afterPosition, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (position <= afterPosition && !closed && left > 0) {
                left = advanced.awaitNanos(left);
            }
            return position > afterPosition;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long lost() {
        return waiting.lost();
    }

    @Override
    public Optional<String> problem() {
        String known = problem;
        return known == null ? gone() : Optional.of(known);
    }

    /** Whoever notices it first tells the log. */
    private Optional<String> gone() {
        Optional<String> gone = file.gone();
        if (gone.isPresent() && goneTold.compareAndSet(false, true)) {
            LOG.warn("{}", gone.get());
        }
        return gone;
    }

    @Override
    public void close() {
        waiting.close();
        try {
            if (!writer.join(CLOSE_WAIT)) {
                LOG.warn("{}: the disk did not take the last events in time", file.path());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        advance(() -> closed = true);
        reader.close();
    }

    private void write() {
        try (connection) {
            List<Event> batch = waiting.take(BATCH_EVENTS);
            while (!batch.isEmpty()) {
                if (!written(batch) && waiting.closed()) {
                    return;
                }
                batch = waiting.take(BATCH_EVENTS);
            }
        } catch (SQLException e) {
            LOG.warn("{}: the journal did not close: {}", file.path(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean written(List<Event> batch) throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; attempt <= TRIES; attempt++, pause *= 2) {
            try {
                commit(batch);
                recovered();
                gone();
                return true;
            } catch (SQLException | RuntimeException e) {
                failed(e); // an error of our own must not end the writer, which nobody would miss
            }
            waiting.pause(pause);
            if (waiting.closed() && attempt > 1) {
                break;
            }
        }
        waiting.giveUp(batch, String.valueOf(problem));
        return false;
    }

    private void commit(List<Event> batch) throws SQLException {
        try (Statement transaction = connection.createStatement()) {
            transaction.execute("BEGIN IMMEDIATE");
            try {
                EventTable.insert(connection, batch);
                prune(batch.size());
                long newest = EventTable.newestPosition(connection);
                transaction.execute("COMMIT");
                advance(() -> position = newest);
            } catch (SQLException | RuntimeException e) {
                rollBack(transaction, e);
                throw e;
            }
        }
    }

    private void prune(int written) throws SQLException {
        sincePruned += written;
        if (sincePruned >= PRUNE_EVERY_EVENTS) {
            EventTable.prune(connection, retention, clock.now().wall(), PRUNE_AT_MOST_EVENTS);
            sincePruned = 0;
        }
    }

    /** After some failures, a full disk among them, SQLite has rolled back by itself. */
    private static void rollBack(Statement transaction, Exception because) {
        try {
            transaction.execute("ROLLBACK");
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    private void advance(Runnable change) {
        lock.lock();
        try {
            change.run();
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Exception e) {
        String reason = String.valueOf(e.getMessage());
        if (problem == null) {
            LOG.error(
                    "{}: the journal cannot be written: {}; the node goes on, events that cannot"
                            + " wait are lost and counted",
                    file.path(),
                    reason);
        }
        problem = reason;
    }

    private void recovered() {
        if (problem != null) {
            LOG.info(
                    "{}: the journal is written again; events lost since the start: {}",
                    file.path(),
                    lost() == 0 ? "none" : Long.toString(lost()));
            problem = null;
        }
    }
}
