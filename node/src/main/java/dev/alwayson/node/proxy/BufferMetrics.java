package dev.alwayson.node.proxy;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The memory of buffers, as numbers. Safe for use by any thread. */
final class BufferMetrics implements MultiCollector {

    private final BufferMemory memory;

    BufferMetrics(BufferMemory memory) {
        this.memory = memory;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                GaugeSnapshot.builder()
                        .name("alwayson_buffer_memory_bytes")
                        .help("Memory of the connections' buffers.")
                        .dataPoint(point("used", memory.usedBytes()))
                        .dataPoint(point("reserved", memory.reservedBytes()))
                        .dataPoint(point("limit", memory.limitBytes()))
                        .build());
    }

    private static GaugeDataPointSnapshot point(String kind, long bytes) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of("kind", kind))
                .value((double) bytes)
                .build();
    }
}
