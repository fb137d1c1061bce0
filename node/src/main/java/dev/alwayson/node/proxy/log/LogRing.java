package dev.alwayson.node.proxy.log;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A ring of octets between one event loop, which adds whole lines and never waits, and the thread
 * that writes them. A line that finds no room is dropped and counted.
 */
final class LogRing {

    private static final VarHandle ADDED;
    private static final VarHandle TAKEN;
    private static final VarHandle DROPPED;
    private static final VarHandle LINES;

    static {
        try {
            MethodHandles.Lookup fields = MethodHandles.lookup();
            ADDED = fields.findVarHandle(LogRing.class, "added", long.class);
            TAKEN = fields.findVarHandle(LogRing.class, "taken", long.class);
            DROPPED = fields.findVarHandle(LogRing.class, "dropped", long.class);
            LINES = fields.findVarHandle(LogRing.class, "lines", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ByteBuffer ring;
    private final ByteBuffer view;
    private final int mask;

    /** Octets added since the beginning; written by the loop, at the ends of lines. */
    private long added;

    /** Octets taken since the beginning; written by the writer. */
    private long taken;

    private boolean withinLine;
    private volatile boolean closed;

    private long dropped;

    private long lines;

    /** What the loop last saw of {@link #taken}. */
    private long seenTaken;

    /**
     * @param capacity in octets, a power of 2
     */
    LogRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(capacity + ": a ring's size is a power of 2");
        }
        ring = ByteBuffer.allocateDirect(capacity);
        view = ring.duplicate();
        mask = capacity - 1;
    }

    /** Adds a line; false if there is no room for it. By the loop alone. */
    boolean add(byte[] line, int length) {
        int capacity = mask + 1;
        if (added + length - seenTaken > capacity) {
            seenTaken = (long) TAKEN.getAcquire(this);
            if (added + length - seenTaken > capacity) {
                DROPPED.setOpaque(this, dropped + 1);
                return false;
            }
        }
        int at = (int) added & mask;
        int first = Math.min(length, capacity - at);
        ring.put(at, line, 0, first);
        ring.put(0, line, first, length - first);
        LINES.setOpaque(this, lines + 1);
        ADDED.setRelease(this, added + length);
        return true;
    }

    /** Whether more than half is in use. By the loop alone. */
    boolean halfFull() {
        int half = (mask + 1) >>> 1;
        if (added - seenTaken > half) {
            seenTaken = (long) TAKEN.getAcquire(this);
        }
        return added - seenTaken > half;
    }

    /**
     * Writes what was added before the call; what the channel does not take stays. By the writer
     * alone.
     *
     * @return the octets written
     */
    long drainTo(WritableByteChannel channel) throws IOException {
        long end = (long) ADDED.getAcquire(this);
        long start = taken;
        while (taken < end) {
            int at = (int) taken & mask;
            int length = (int) Math.min(end - taken, mask + 1 - at);
            view.limit(at + length).position(at);
            try {
                channel.write(view);
            } finally {
                took(view.position() - at, at);
            }
        }
        return taken - start;
    }

    private void took(int length, int at) {
        if (length > 0) {
            withinLine = ring.get(at + length - 1) != '\n';
            TAKEN.setRelease(this, taken + length);
        }
    }

    /** Whether the writer stands within a line. By the writer alone. */
    boolean withinLine() {
        return withinLine;
    }

    /** Leaves out the rest of a line that was written in part. By the writer alone. */
    void skipLine() {
        long at = taken;
        while (ring.get((int) at & mask) != '\n') {
            at++;
        }
        withinLine = false;
        TAKEN.setRelease(this, at + 1);
    }

    /** Lines that were added and are not written, also one in part; none are added meanwhile. */
    long waiting() {
        long end = (long) ADDED.getAcquire(this);
        long waiting = 0;
        for (long at = (long) TAKEN.getAcquire(this); at < end; at++) {
            waiting += ring.get((int) at & mask) == '\n' ? 1 : 0;
        }
        return waiting;
    }

    /** Says that nothing more will be added. By the loop alone. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** Lines that were added. By any thread. */
    long lines() {
        return (long) LINES.getOpaque(this);
    }

    /** Lines that found no room. By any thread. */
    long dropped() {
        return (long) DROPPED.getOpaque(this);
    }
}
