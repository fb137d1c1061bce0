package dev.alwayson.node.proxy.log;

import dev.alwayson.config.FileIdentity;
import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the access log. What cannot be written stays in the rings until it can; what they
 * cannot hold is dropped and counted. A file that was deleted is begun anew: who writes on to it
 * writes for nobody. One that was moved is written on, until it is deleted or {@link #reopen}.
 * Lines are asked for and counted by any thread; the rest is the writer's.
 */
public final class AccessLogFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLogFile.class);
    static final long PAUSE_AFTER_FAILURE_NANOS = 1_000_000_000;
    private static final byte[] LINE_FEED = {'\n'};
    private static final long LOOK_EVERY_NANOS = 1_000_000_000;
    private static final long SAY_DROPPED_EVERY_NANOS = 10_000_000_000L;

    /** One more than it takes to make a file: that it is there is seen at the second. */
    private static final int MOST_TRIES = 3;

    /**
     * @param realPath as the kernel knows it, or as it was given
     * @param key which file it is; null if it went as soon as it was opened
     * @param made whether it was not there before
     */
    private record Opened(FileChannel channel, Path realPath, @Nullable Object key, boolean made) {}

    private final Path path;
    private final int ringOctets;
    private final Runnable wake;
    private final Function<Path, Optional<String>> unfit;
    private final List<LogRing> rings = new CopyOnWriteArrayList<>();

    /** Whether this has made the file, and nobody had anything to write to it yet. */
    private volatile boolean unused;

    private FileChannel channel;

    /** Whether the file ends within a line, as a node that was killed on a full disk leaves it. */
    private boolean torn;

    /** The ring that is written first: it was being written when writing failed. */
    private @Nullable LogRing cut;

    private volatile boolean reopen;
    private volatile boolean retained = true;
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean failing;
    private long retryNanos;

    /** Of the dropped lines those that the node's log has told of. */
    private long droppedSaid;

    private long sayDroppedNanos = System.nanoTime();

    /** As the kernel knows it, or as it was given. */
    private Path realPath;

    /** Which file that is; null if it went as soon as it was opened. */
    private @Nullable Object fileKey;

    private long lookNanos = System.nanoTime();

    /**
     * Lines that rings dropped which are gone, or that went with a deleted file; guarded by this
     * file's lock.
     */
    private long lost;

    /** Lines of the rings that are gone. */
    private long linesOfClosed;

    /** Lines that were written, at least: those that were added before the last drain. */
    private long linesWritten;

    /** The same, when the file was last seen under its name, or known to be lost. */
    private long linesSeen;

    /**
     * @param unfit says why a path must not be opened, if so
     */
    AccessLogFile(Path path, int ringOctets, Runnable wake, Function<Path, Optional<String>> unfit)
            throws IOException {
        this.path = path;
        this.ringOctets = ringOctets;
        this.wake = wake;
        this.unfit = unfit;
        Opened opened = open(path);
        this.unused = opened.made;
        this.channel = opened.channel;
        this.realPath = opened.realPath;
        this.fileKey = opened.key;
        this.torn = endsWithinLine(realPath);
    }

    /**
     * The one place where a file is made, and opened for writing, whatever for. Nothing that would
     * block, for one thread writes all files; nor what was put in its place between the question
     * and the opening: what has the name before and after is what was opened.
     */
    private Opened open(Path path) throws IOException {
        boolean made = false;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Object before = FileIdentity.key(path).orElse(null);
            demandFit(path);
            made |= before == null && make(path);
            FileChannel opened =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.APPEND);
            Path real = real(path);
            Object key = FileIdentity.key(real).orElse(null);
            if (Objects.equals(key, before)) {
                return new Opened(opened, real, key, made);
            }
            close(opened);
        }
        throw new FileSystemException(path.toString(), null, "is replaced again and again");
    }

    private void demandFit(Path path) throws IOException {
        Optional<String> why = unfit.apply(path);
        if (why.isPresent()) {
            throw new FileSystemException(path.toString(), null, why.get());
        }
    }

    /** Whether it was not there. */
    private static boolean make(Path path) throws IOException {
        try {
            Files.createFile(path);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false; // It is written on.
        }
    }

    /** Never of what is no regular file: it has no end, and to read it may wait. */
    private static boolean endsWithinLine(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return file.size() > 0
                    && file.read(last, file.size() - 1) == 1
                    && last.get(0) != LINE_FEED[0];
        } catch (IOException e) {
            // A file that may be written and not read is a good log all the same.
            return false;
        }
    }

    /** What is no file of a folder, a pipe for example, has no real path. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /** Lines for one more event loop and frontend. */
    public AccessLines lines(AccessLog.Format format) {
        LogRing ring = new LogRing(ringOctets);
        unused = false;
        rings.add(ring);
        return new AccessLines(ring, format, this::wake);
    }

    /** A file that pauses is not written any sooner for being asked. */
    private void wake() {
        if (!failing) {
            wake.run();
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Lines that were dropped because the file did not take them in time, or that went with it when
     * it was deleted. Never less than it was before.
     */
    public synchronized long dropped() {
        long sum = lost;
        for (LogRing ring : rings) {
            sum += ring.dropped();
        }
        return sum;
    }

    /** Failed attempts to write or to open the file anew. */
    public long failures() {
        return failures.get();
    }

    /** Whether it is kept when nobody writes to it. */
    void retain(boolean wanted) {
        retained = wanted;
    }

    /** Whether nobody writes to it, and nobody will. */
    boolean over() {
        return !retained && rings.isEmpty();
    }

    /** Has the file opened anew by its name before more is written, so that it can be rotated. */
    void reopen() {
        reopen = true;
    }

    /**
     * Writes what the rings hold.
     *
     * @return the octets written; 0 also while the file pauses after a failure
     */
    long drain(long nowNanos) {
        if (failing && nowNanos - retryNanos < 0 && !reopen) {
            return 0;
        }
        long written = 0;
        long lines = lines();
        boolean asked = reopen;
        reopen = false;
        try {
            if (asked || nowNanos - lookNanos >= 0) {
                lookNanos = nowNanos + LOOK_EVERY_NANOS;
                look();
            }
            if (asked) {
                openAnew();
            }
            if (torn) {
                written += channel.write(ByteBuffer.wrap(LINE_FEED));
                torn = false;
            }
            if (cut != null) {
                written += drain(cut);
            }
            for (LogRing ring : rings) {
                written += drain(ring);
            }
        } catch (Throwable e) { // An Error, too, would end the writing of every file.
            failed(e instanceof IOException io ? io : new IOException(e), nowNanos);
            return written;
        }
        linesWritten = lines;
        if (!failing) {
            sayDropped(nowNanos);
        } else if (written > 0) {
            recovered();
        }
        return written;
    }

    private long drain(LogRing ring) throws IOException {
        boolean last = ring.closed();
        cut = ring;
        long written = ring.drainTo(channel);
        cut = null;
        if (last) {
            linesOfClosed += ring.lines();
            leave(ring);
        }
        return written;
    }

    /** At once, for who counts: neither in both nor in none of the two. */
    private synchronized void leave(LogRing ring) {
        lose(ring.dropped());
        rings.remove(ring);
    }

    /**
     * Begins the file anew if it was deleted, also if it was moved before, or if another one has
     * its name now.
     *
     * @throws IOException if that cannot be: lines then wait, for the old file is nobody's
     */
    private void look() throws IOException {
        long since = linesWritten - linesSeen;
        linesSeen = linesWritten;
        Object found = FileIdentity.key(realPath).orElse(null);
        if ((found == null || !found.equals(fileKey)) && DeletedFile.isOpen(realPath, fileKey)) {
            lose(since);
            use(open(path));
            if (!failing) {
                droppedSaid += since;
                LOG.warn(
                        "access log {}: was deleted, with {} of the last second; it is begun anew",
                        path,
                        since == 1 ? "1 line" : since + " lines");
            }
        }
    }

    private synchronized void lose(long lines) {
        lost += lines;
    }

    private long lines() {
        long sum = linesOfClosed;
        for (LogRing ring : rings) {
            sum += ring.lines();
        }
        return sum;
    }

    private void openAnew() {
        try {
            use(open(path));
        } catch (IOException e) {
            failures.incrementAndGet();
            LOG.error(
                    "access log {}: cannot be opened anew ({}); the old file is written on",
                    path,
                    FileFault.words(e));
        }
    }

    private void use(Opened opened) {
        close(channel);
        channel = opened.channel;
        realPath = opened.realPath;
        fileKey = opened.key;
        torn = endsWithinLine(realPath);
        if (cut != null && cut.withinLine()) {
            cut.skipLine();
        }
    }

    private void failed(IOException e, long nowNanos) {
        failures.incrementAndGet();
        retryNanos = nowNanos + PAUSE_AFTER_FAILURE_NANOS;
        if (!failing) {
            failing = true;
            LOG.error(
                    "access log {}: cannot be written ({}); requests are served, and lines are"
                            + " dropped once the buffers are full",
                    path,
                    FileFault.words(e));
        }
    }

    private void recovered() {
        failing = false;
        LOG.warn("access log {}: is written again; {} dropped", path, linesWere(droppedUnsaid()));
    }

    /** Of a file that can be written, once in a while: what its buffers could not hold. */
    private void sayDropped(long nowNanos) {
        if (nowNanos - sayDroppedNanos >= 0 && dropped() > droppedSaid) {
            sayDroppedNanos = nowNanos + SAY_DROPPED_EVERY_NANOS;
            sayDropped();
        }
    }

    private void sayDropped() {
        LOG.warn(
                "access log {}: {} dropped, for lines came faster than they were written;"
                        + " alwayson_access_log_dropped_lines_total counts them",
                path,
                linesWere(droppedUnsaid()));
    }

    /** Dropped lines that are told of now. */
    private long droppedUnsaid() {
        long dropped = dropped();
        long unsaid = dropped - droppedSaid;
        droppedSaid = dropped;
        return unsaid;
    }

    private static String linesWere(long lines) {
        return lines == 1 ? "1 line was" : lines + " lines were";
    }

    /** What waits is not written any more, and lost. By who closes the writer, in the end. */
    void giveUp() {
        if (rings.isEmpty()) {
            return;
        }
        for (LogRing ring : rings) {
            lose(ring.waiting());
            leave(ring);
        }
        long lines = droppedUnsaid();
        if (lines > 0) {
            LOG.warn(
                    "access log {}: could not be written to the end; {} dropped",
                    path,
                    linesWere(lines));
        }
    }

    /** Leaves no file behind that was made for what was refused then, and no loss unsaid. */
    void close() {
        if (!failing && dropped() > droppedSaid) {
            sayDropped();
        }
        try {
            if (unused
                    && channel.size() == 0
                    && fileKey != null
                    && fileKey.equals(FileIdentity.key(realPath).orElse(null))) {
                Files.deleteIfExists(realPath);
            }
        } catch (IOException e) {
            LOG.warn("access log {}: cannot be removed ({})", path, FileFault.words(e));
        }
        close(channel);
    }

    private void close(FileChannel old) {
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("access log {}: cannot be closed ({})", path, FileFault.words(e));
        }
    }
}
