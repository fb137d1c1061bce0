package dev.alwayson.node.metrics;

import dev.alwayson.core.journal.Journal;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.BooleanSupplier;

/** The node itself. */
public final class NodeMetrics implements MultiCollector {

    private final String node;
    private final String version;
    private final Journal journal;
    private final BooleanSupplier ready;

    public NodeMetrics(String node, String version, Journal journal, BooleanSupplier ready) {
        this.node = node;
        this.version = version;
        this.journal = journal;
        this.ready = ready;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                new Gauge("alwayson_ready", "1 if the node is ready for traffic, else 0.")
                        .point(ready.getAsBoolean() ? 1 : 0)
                        .shown(),
                new Gauge("alwayson_journal_position", "The newest event in this node's journal.")
                        .point((double) journal.position())
                        .shown(),
                Gauge.counter(
                        "alwayson_events_lost",
                        "Events that the journal could not store.",
                        (double) journal.lost()),
                InfoSnapshot.builder()
                        .name("alwayson_build")
                        .help("The version that runs.")
                        .dataPoint(
                                InfoSnapshot.InfoDataPointSnapshot.builder()
                                        .labels(Labels.of("node", node, "version", version))
                                        .build())
                        .build());
    }
}
