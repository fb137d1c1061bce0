package dev.alwayson.node.admin;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** All numbers, in the text form of Prometheus (exposition format 0.0.4). */
final class MetricsPage implements Handler {

    private final List<MultiCollector> collectors;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    MetricsPage(List<MultiCollector> collectors) {
        this.collectors = collectors;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        collectors.forEach(collector -> collector.collect().forEach(all::metricSnapshot));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body, all.build());
        Replies.send(request, response, 200, writer.getContentType(), body.toByteArray());
    }
}
