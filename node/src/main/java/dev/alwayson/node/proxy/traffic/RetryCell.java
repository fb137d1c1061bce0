package dev.alwayson.node.proxy.traffic;

/** The retries of one event loop for one backend. Counted by that loop's thread; read by any. */
public final class RetryCell {

    final Counts byKind = new Counts(RetryKind.values().length);

    RetryCell() {}

    public void count(RetryKind kind) {
        byKind.add(kind.index(), 1);
    }
}
