package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.log.AccessLogWriter;
import dev.alwayson.node.proxy.traffic.Counter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What the access log could not take. Safe for use by any thread. */
final class AccessLogMetrics implements MultiCollector {

    private final AccessLogWriter writer;

    AccessLogMetrics(AccessLogWriter writer) {
        this.writer = writer;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                counter(
                        "alwayson_access_log_dropped_lines",
                        "Lines that the access log's files did not take in time.",
                        writer.dropped()),
                counter(
                        "alwayson_access_log_failures",
                        "Failed attempts to write a file of the access log.",
                        writer.failures()));
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return new Counter(name, help).point(value, Labels.EMPTY).shown();
    }
}
