package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.traffic.Counter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;

/** The clients, and which were refused. Safe for use by any thread. */
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
        Counter refused =
                new Counter(
                        "alwayson_client_connections_refused",
                        "Client connections that were closed before anything was served.");
        Counter accepted =
                new Counter(
                        "alwayson_client_connections_accepted",
                        "Client connections in all, those refused or cut since among them.");
        Counter limited =
                new Counter(
                        "alwayson_requests_limited",
                        "Requests above their client's rate, answered with 429.");
        Counter unmetered =
                new Counter(
                        "alwayson_requests_unmetered",
                        "Requests let through because too many clients were metered.");
        GaugeSnapshot.Builder open =
                GaugeSnapshot.builder()
                        .name("alwayson_client_connections")
                        .help("Client connections that are open.");
        Counter cut =
                new Counter(
                        "alwayson_client_connections_cut",
                        "Client connections that were closed for what was short.");
        Counter received =
                new Counter(
                        "alwayson_frontend_received_bytes",
                        "Octets read from clients, counted when they are read.");
        Counter sent =
                new Counter(
                        "alwayson_frontend_sent_bytes",
                        "Octets for clients, counted when they are given to the connection.");
        frontends.forEach((frontend, clients) -> {
            for (FrontendClients.Refused why : FrontendClients.Refused.values()) {
                refused.point(
                        clients.refused(why),
                        Labels.of("frontend", frontend, "reason", why.reason));
            }
            clients.unserved()
                    .forEach((reason, count) ->
                            refused.point(
                                    count, Labels.of("frontend", frontend, "reason", reason)));
            Labels labels = Labels.of("frontend", frontend);
            accepted.point(clients.accepted(), labels);
            open.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels).value(clients.open()).build());
            cut.point(clients.cutForMemory(), Labels.of("frontend", frontend, "reason", "memory"));
            cut.point(clients.gaveWay(), Labels.of("frontend", frontend, "reason", "descriptors"));
            received.point(clients.received(), labels);
            sent.point(clients.sent(), labels);
            limited.point(clients.limited(), labels);
            unmetered.point(clients.unmetered(), labels);
        });
        return MetricSnapshots.of(
                open.build(),
                accepted.shown(),
                refused.shown(),
                cut.shown(),
                received.shown(),
                sent.shown(),
                limited.shown(),
                unmetered.shown());
    }
}
