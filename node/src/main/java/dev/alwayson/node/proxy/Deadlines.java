package dev.alwayson.node.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one event loop: a hashed timing wheel (Varghese and Lauck, 1987, scheme 6) with
 * entries linked in place. Confined to its event loop. Moving a deadline to a later time only
 * writes a field; the entry is put into its new slot when its old one comes round. A deadline is
 * told at most {@link #TICK_MILLIS} late, if the loop is not busy.
 */
@SuppressWarnings("ReferenceEquality") // An entry is itself, never an equal one.
final class Deadlines {

    static final int TICK_MILLIS = 20;

    private static final int SLOTS = 1024;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;

    private final @Nullable Entry[] slots = new Entry[SLOTS];
    private long currentTick;
    private int size;

    /** The next entry that {@link #expire} looks at; moves on when that very entry is unlinked. */
    private @Nullable Entry cursor;

    Deadlines(long nowNanos) {
        currentTick = Math.floorDiv(nowNanos, TICK_NANOS);
    }

    /** Something with a deadline; part of the thing that is bounded by it. */
    abstract static class Entry {

        private long atNanos;
        private long tick;
        private boolean linked;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        /** The deadline has passed; it is no longer set. May set it, or others, anew. */
        abstract void due(long nowNanos);

        /** What {@link #due} threw, which may have set nothing anew: what it bounds is to end. */
        abstract void failed(Throwable cause);
    }

    /** Sets, or moves, the deadline of the entry. */
    void set(Entry entry, long atNanos) {
        entry.atNanos = atNanos;
        long tick = Math.max(tickOf(atNanos), currentTick + 1);
        if (entry.linked) {
            if (tick >= entry.tick) {
                return;
            }
            unlink(entry);
        }
        link(entry, tick);
    }

    void clear(Entry entry) {
        if (entry.linked) {
            unlink(entry);
        }
    }

    /** Tells the deadlines that have passed. Called once a tick or later. */
    void advance(long nowNanos) {
        long target = Math.floorDiv(nowNanos, TICK_NANOS);
        long steps = Math.min(target - currentTick, SLOTS);
        currentTick = target - steps;
        for (long step = 0; step < steps; step++) {
            currentTick++;
            expire((int) (currentTick & (SLOTS - 1)), nowNanos);
        }
    }

    /** How many deadlines are set. */
    int size() {
        return size;
    }

    private void expire(int slot, long nowNanos) {
        cursor = slots[slot];
        while (cursor != null) {
            Entry entry = cursor;
            cursor = entry.next;
            if (entry.tick > currentTick) {
                continue;
            }
            unlink(entry);
            if (entry.atNanos - nowNanos <= 0) {
                tell(entry, nowNanos);
            } else {
                link(entry, Math.max(tickOf(entry.atNanos), currentTick + 1));
            }
        }
    }

    private void tell(Entry entry, long nowNanos) {
        try {
            entry.due(nowNanos);
        } catch (Throwable e) { // An Error, too, would keep its slot waiting for a whole round.
            entry.failed(e);
        }
    }

    private void link(Entry entry, long tick) {
        int slot = (int) (tick & (SLOTS - 1));
        Entry head = slots[slot];
        entry.tick = tick;
        entry.previous = null;
        entry.next = head;
        if (head != null) {
            head.previous = entry;
        }
        slots[slot] = entry;
        entry.linked = true;
        size++;
    }

    private void unlink(Entry entry) {
        Entry before = entry.previous;
        Entry after = entry.next;
        if (cursor == entry) {
            cursor = after;
        }
        if (before == null) {
            slots[(int) (entry.tick & (SLOTS - 1))] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        entry.linked = false;
        size--;
    }

    private static long tickOf(long nanos) {
        return Math.floorDiv(nanos, TICK_NANOS) + 1;
    }
}
