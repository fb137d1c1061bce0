package dev.alwayson.node.admin;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/** All numbers, in the text form of Prometheus (exposition format 0.0.4). */
final class MetricsPage implements Handler {

    private final List<MultiCollector> collectors;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    MetricsPage(List<MultiCollector> collectors) {
        this.collectors = collectors;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Replies.send(request, response, 200, writer.getContentType(), page());
    }

    byte[] page() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        collectors.forEach(collector -> collector.collect().forEach(all::metricSnapshot));
        MetricSnapshots snapshots = all.build();
        return CompletableFuture.supplyAsync(() -> text(snapshots), ForkJoinPool.commonPool())
                .join();
    }

    /**
     * Not in a virtual thread: a BufferedWriter that is made in one begins small and grows by no
     * more than each write needs, to 8,192 characters, which makes 11 MB of garbage.
     */
    private byte[] text(MetricSnapshots all) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toByteArray();
    }
}
