package dev.alwayson.node.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** A gauge that is read at the moment of the scrape. Confined to one thread. */
final class Gauge {

    private final GaugeSnapshot.Builder snapshot;

    Gauge(String name, String help) {
        snapshot = GaugeSnapshot.builder().name(name).help(help);
    }

    /**
     * @param labels names and values in turn
     */
    Gauge point(double value, String... labels) {
        snapshot.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(Labels.of(labels))
                        .value(value)
                        .build());
        return this;
    }

    MetricSnapshot shown() {
        return snapshot.build();
    }

    /**
     * A counter of one value.
     *
     * @param name without {@code _total}
     */
    static MetricSnapshot counter(String name, String help, double value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
