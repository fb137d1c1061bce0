package dev.alwayson.node.proxy.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The thread that writes all files of the access log, and the files by their paths. Safe for use by
 * several threads.
 */
public final class AccessLogWriter implements AutoCloseable {

    /** The octets of a ring: about 3,000 lines, and a tenth of a second at 30,000 a second. */
    public static final int RING_OCTETS = 1 << 20;

    private static final long PAUSE_NANOS = 20_000_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final int ringOctets;
    private final Map<Path, AccessLogFile> files = new HashMap<>();
    private final Thread thread;
    private volatile List<AccessLogFile> open = List.of();
    private volatile Function<Path, Optional<String>> rule = _ -> Optional.empty();
    private long droppedByClosed;
    private long failuresOfClosed;
    private volatile boolean closing;
    private volatile boolean parked;

    public AccessLogWriter() {
        this(RING_OCTETS);
    }

    AccessLogWriter(int ringOctets) {
        this.ringOctets = ringOctets;
        thread = Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    /**
     * From now on no file is opened, now or anew, of which this rule says why it must not be.
     *
     * @param rule asked by any thread, before a file is opened
     * @return the rule until now; at first there is none
     */
    public Function<Path, Optional<String>> goBy(Function<Path, Optional<String>> rule) {
        Function<Path, Optional<String>> before = this.rule;
        this.rule = rule;
        return before;
    }

    /**
     * The file of this path, which is created if missing and appended to. Frontends with the same
     * path share it.
     *
     * @throws IOException if it cannot be opened for writing
     */
    public synchronized AccessLogFile open(Path path) throws IOException {
        if (closing) {
            throw new IllegalStateException("the access log is closed");
        }
        Path name = name(path);
        AccessLogFile file = files.get(name);
        if (file == null) {
            file = new AccessLogFile(name, ringOctets, this::wake, this::unfit);
            files.put(name, file);
            open = List.copyOf(files.values());
        }
        file.retain(true);
        return file;
    }

    private Optional<String> unfit(Path path) {
        return rule.apply(path);
    }

    /** Has the other files closed, as soon as nobody writes to them. */
    public synchronized void retain(Collection<Path> paths) {
        Set<Path> names = new HashSet<>();
        paths.forEach(path -> names.add(name(path)));
        files.forEach((name, file) -> file.retain(names.contains(name)));
    }

    private static Path name(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** Has every file opened anew by its name, so that it can be rotated; returns at once. */
    public void reopen() {
        open.forEach(AccessLogFile::reopen);
        LockSupport.unpark(thread);
    }

    /** Lines that files did not take in time, since the start. */
    public synchronized long dropped() {
        return droppedByClosed + files.values().stream().mapToLong(AccessLogFile::dropped).sum();
    }

    /** Failed attempts to write files, since the start. */
    public synchronized long failures() {
        return failuresOfClosed + files.values().stream().mapToLong(AccessLogFile::failures).sum();
    }

    /** Wakes the writer; cheap while it is awake. By event loops. */
    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closing) {
            drain(System.nanoTime());
            // Also under load: one large write costs less than many small ones.
            parked = true;
            LockSupport.parkNanos(this, PAUSE_NANOS);
            parked = false;
        }
        long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        // As if the pause were over: a file that could not be written is tried once more.
        while (drain(System.nanoTime() + AccessLogFile.PAUSE_AFTER_FAILURE_NANOS) > 0
                && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        open.forEach(AccessLogFile::close);
    }

    private long drain(long nowNanos) {
        long written = 0;
        for (AccessLogFile file : open) {
            if (file.over()) {
                close(file);
            } else {
                written += file.drain(nowNanos);
            }
        }
        return written;
    }

    private synchronized void close(AccessLogFile file) {
        if (!file.over()) {
            return; // It was asked for again.
        }
        files.remove(file.path());
        open = List.copyOf(files.values());
        droppedByClosed += file.dropped();
        failuresOfClosed += file.failures();
        file.close();
    }

    /** Writes what waits, for at most five seconds, says what is lost, and closes the files. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.forEach(AccessLogFile::giveUp);
    }
}
