package dev.alwayson.node.journal;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.node.json.HappeningJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded buffer in front of the disk. What does not fit is counted; an {@link
 * Happening.EventsLost} with the number and time of the last lost event stands where the gap is.
 * Safe for use by several threads.
 */
final class WaitingEvents {

    private static final String FULL = "events came faster than the disk took them";

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private @Nullable Event gap;
    private long lost;
    private boolean closed;

    WaitingEvents(int capacity) {
        this.capacity = capacity;
    }

    void add(Event event) {
        lock.lock();
        try {
            boolean fits = waiting.size() + (gap == null ? 0 : 1) < capacity && !closed;
            if (fits) {
                closeGap();
                waiting.add(event);
            } else {
                lost++;
                gap = merge(gap, event, FULL);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Puts in front what tells that these could not be written. */
    void giveUp(List<Event> batch, String problem) {
        lock.lock();
        try {
            Event told = null;
            for (Event event : batch) {
                if (!(event.happening() instanceof Happening.EventsLost)) {
                    lost++;
                }
                told = merge(told, event, problem);
            }
            if (told != null) {
                waiting.addFirst(told);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for events, or for the end: then, and only then, the list is empty. */
    List<Event> take(int atMost) throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && gap == null && !closed) {
                changed.await();
            }
            if (waiting.isEmpty()) {
                closeGap();
            }
            List<Event> batch = new ArrayList<>();
            while (batch.size() < atMost && !waiting.isEmpty()) {
                batch.add(waiting.removeFirst());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Waits this long, or until closed. */
    void pause(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    private void closeGap() {
        if (gap != null) {
            waiting.add(gap);
            gap = null;
        }
    }

    private static Event merge(@Nullable Event told, Event lost, String problem) {
        long before = told == null ? 0 : count(told);
        return new Event(
                lost.id(),
                HappeningJson.VERSION,
                lost.time(),
                lost.wall(),
                Optional.empty(),
                Scope.VIEW,
                new Happening.EventsLost(before + count(lost), problem));
    }

    private static long count(Event event) {
        return event.happening() instanceof Happening.EventsLost lost ? lost.count() : 1;
    }
}
