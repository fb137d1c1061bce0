package dev.alwayson.node.proxy.log;

import dev.alwayson.core.balance.AccessLog;

/**
 * Where one event loop puts the lines of one frontend: encodes them and hands them over, without
 * waiting and without making objects. Confined to that loop's thread, except {@link #dropped}.
 */
public final class AccessLines implements AutoCloseable {

    private final LogRing ring;
    private final Runnable wake;
    private final LineForm form;
    private final LineBuffer line = new LineBuffer();

    AccessLines(LogRing ring, AccessLog.Format format, Runnable wake) {
        this.ring = ring;
        this.wake = wake;
        this.form =
                switch (format) {
                    case JSON -> new JsonLine();
                    case HAPROXY -> new HaproxyLine();
                };
    }

    /** Adds a line; false if it was dropped, because the file takes no more. */
    public boolean write(AccessEntry entry) {
        line.clear();
        form.put(entry, line);
        boolean added = ring.add(line.bytes, line.size);
        if (ring.halfFull()) {
            wake.run();
        }
        return added;
    }

    /** Lines dropped since the beginning. */
    public long dropped() {
        return ring.dropped();
    }

    /** Gives the memory back once what was added is written. */
    @Override
    public void close() {
        ring.close();
    }
}
