package dev.alwayson.node.proxy;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;

/** What the limits for clients refused. Safe for use by any thread. */
final class ClientMetrics implements MultiCollector {

    private final Map<String, FrontendClients> frontends;

    /**
     * @param frontends by name; read anew each time
     */
    ClientMetrics(Map<String, FrontendClients> frontends) {
        this.frontends = frontends;
    }

    @Override
    public MetricSnapshots collect() {
        CounterSnapshot.Builder refused =
                CounterSnapshot.builder()
                        .name("alwayson_client_connections_refused")
                        .help("Client connections that were closed at once, by the limit.");
        CounterSnapshot.Builder limited =
                CounterSnapshot.builder()
                        .name("alwayson_requests_limited")
                        .help("Requests above their client's rate, answered with 429.");
        CounterSnapshot.Builder unmetered =
                CounterSnapshot.builder()
                        .name("alwayson_requests_unmetered")
                        .help("Requests let through because too many clients were metered.");
        frontends.forEach((frontend, clients) -> {
            for (FrontendClients.Refused why : FrontendClients.Refused.values()) {
                refused.dataPoint(
                        point(
                                clients.refused(why),
                                Labels.of("frontend", frontend, "reason", why.reason)));
            }
            Labels labels = Labels.of("frontend", frontend);
            limited.dataPoint(point(clients.limited(), labels));
            unmetered.dataPoint(point(clients.unmetered(), labels));
        });
        return MetricSnapshots.of(refused.build(), limited.build(), unmetered.build());
    }

    private static CounterDataPointSnapshot point(long value, Labels labels) {
        return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
    }
}
