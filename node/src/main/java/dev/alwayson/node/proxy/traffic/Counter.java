package dev.alwayson.node.proxy.traffic;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** A counter as a scrape shows it. Confined to one thread. */
public final class Counter {

    private final CounterSnapshot.Builder snapshot;

    /**
     * @param name without {@code _total}
     */
    public Counter(String name, String help) {
        snapshot = CounterSnapshot.builder().name(name).help(help);
    }

    public Counter point(long value, Labels labels) {
        snapshot.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value((double) value).build());
        return this;
    }

    public CounterSnapshot shown() {
        return snapshot.build();
    }
}
