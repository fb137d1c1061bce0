package dev.alwayson.node.proxy.traffic;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Histograms of several event loops, added up. Confined to one thread. */
final class LatencySum {

    private final long[] buckets = new long[Latencies.BOUNDS.length];
    private long nanos;

    void add(Latencies latencies) {
        latencies.addTo(buckets);
        nanos += latencies.sumNanos();
    }

    HistogramDataPointSnapshot shown(Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(Latencies.BOUNDS, buckets))
                .sum(nanos / 1e9)
                .build();
    }
}
