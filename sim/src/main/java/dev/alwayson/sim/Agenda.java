package dev.alwayson.sim;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** What is to happen, in the order of time; at the same time, in the order of being planned. */
final class Agenda {

    private final PriorityQueue<Item> items =
            new PriorityQueue<>(
                    Comparator.comparingLong(Item::elapsed).thenComparingLong(Item::order));
    private long order;

    void plan(long elapsed, Runnable what) {
        items.add(new Item(elapsed, order++, what));
    }

    /** The next, if it is due by then. */
    Optional<Item> next(long until) {
        Item first = items.peek();
        if (first == null || first.elapsed() > until) {
            return Optional.empty();
        }
        items.remove();
        return Optional.of(first);
    }

    record Item(long elapsed, long order, Runnable what) {}
}
