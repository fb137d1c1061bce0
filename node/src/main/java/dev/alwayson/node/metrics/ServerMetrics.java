package dev.alwayson.node.metrics;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.target.Target;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The backends and their servers, after the names of HAProxy's exporter. */
public final class ServerMetrics implements MultiCollector {

    private final Supplier<Snapshot> newest;
    private final Traffic traffic;
    private final Function<Target, Optional<Duration>> lastCheck;

    private final ToLongFunction<ServerId> ejections;

    /**
     * @param lastCheck how long the last health check of a target took; empty if none has ended
     * @param ejections how often a server was ejected
     */
    public ServerMetrics(
            Supplier<Snapshot> newest,
            Traffic traffic,
            Function<Target, Optional<Duration>> lastCheck,
            ToLongFunction<ServerId> ejections) {
        this.newest = newest;
        this.traffic = traffic;
        this.lastCheck = lastCheck;
        this.ejections = ejections;
    }

    @Override
    public MetricSnapshots collect() {
        Gauge up = new Gauge("alwayson_server_up", "1 if the server can serve, else 0.");
        Gauge connections =
                new Gauge("alwayson_server_connections", "Requests the server is working on.");
        Gauge check =
                new Gauge(
                        "alwayson_server_check_duration_seconds",
                        "How long the server's last health check took.");
        Gauge queue = new Gauge("alwayson_server_queue", "Requests that wait for a server.");
        Gauge ejected =
                new Gauge("alwayson_server_ejected", "1 while the server is ejected, else 0.");
        Gauge panic =
                new Gauge("alwayson_backend_panic", "1 while every ready server serves, else 0.");
        CounterSnapshot.Builder ejectedSoFar =
                CounterSnapshot.builder()
                        .name("alwayson_server_ejections")
                        .help("How often the server was ejected.");
        for (BackendView backend : newest.get().backends().values()) {
            panic.point(backend.panic() ? 1 : 0, "backend", backend.name());
            queue.point(traffic.queued(backend.name()), "backend", backend.name());
            for (ServerView server : backend.servers()) {
                String[] labels = {"backend", backend.name(), "server", server.id().server()};
                up.point(serves(server) ? 1 : 0, labels);
                connections.point(traffic.connections(server.id()), labels);
                ejected.point(server.ejection().isPresent() ? 1 : 0, labels);
                ejectedSoFar.dataPoint(
                        CounterDataPointSnapshot.builder()
                                .labels(Labels.of(labels))
                                .value((double) ejections.applyAsLong(server.id()))
                                .build());
                backend.backend()
                        .healthCheck()
                        .map(how -> new Target(server.server().address(), how))
                        .flatMap(lastCheck)
                        .ifPresent(took -> check.point(took.toNanos() / 1e9, labels));
            }
        }
        return MetricSnapshots.of(
                up.shown(),
                connections.shown(),
                check.shown(),
                queue.shown(),
                ejected.shown(),
                ejectedSoFar.build(),
                panic.shown());
    }

    private static boolean serves(ServerView server) {
        return server.standing() == Standing.SERVING || server.standing() == Standing.UNCHECKED;
    }
}
