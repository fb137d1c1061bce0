package dev.alwayson.node.proxy;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The sockets and their bound, as numbers. Safe for use by any thread. */
final class SocketMetrics implements MultiCollector {

    private final Room room;

    SocketMetrics(Room room) {
        this.room = room;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                GaugeSnapshot.builder()
                        .name("alwayson_sockets")
                        .help("Sockets of listeners, clients and servers.")
                        .dataPoint(point("used", room.taken()))
                        .dataPoint(point("idle", room.idle()))
                        .dataPoint(point("limit", room.sockets()))
                        .build());
    }

    private static GaugeDataPointSnapshot point(String kind, int sockets) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of("kind", kind))
                .value(sockets)
                .build();
    }
}
