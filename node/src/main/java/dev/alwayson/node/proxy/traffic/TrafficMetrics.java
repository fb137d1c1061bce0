package dev.alwayson.node.proxy.traffic;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.traffic.LoopTraffic.RequestKey;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The metrics of what the data path carried, added up over all event loops. Safe for use by several
 * threads.
 */
public final class TrafficMetrics implements MultiCollector {

    private static final int MAX_CELLS = 20_000;

    private final int maxCells;
    private final List<LoopTraffic> loops = new CopyOnWriteArrayList<>();

    public TrafficMetrics() {
        this(MAX_CELLS);
    }

    TrafficMetrics(int maxCells) {
        this.maxCells = maxCells;
    }

    /** The counters of one more event loop. */
    public LoopTraffic loop() {
        LoopTraffic loop = new LoopTraffic(maxCells);
        loops.add(loop);
        return loop;
    }

    List<LoopTraffic> loops() {
        return loops;
    }

    @Override
    public MetricSnapshots collect() {
        Counter requests =
                new Counter(
                        "http_requests",
                        "Requests that ended, by the status that the client was answered.");
        Counter errors =
                new Counter(
                        "http_errors",
                        "Requests answered with 4xx (client_error) or 5xx (server_error).");
        HistogramSnapshot.Builder durations =
                HistogramSnapshot.builder()
                        .name("http_request_duration_seconds")
                        .help("From a request's first octet to its response's last.");
        for (Map.Entry<RequestKey, RequestSum> entry : requestSums().entrySet()) {
            RequestLabels labels = new RequestLabels(entry.getKey());
            entry.getValue().show(labels, requests, errors, durations);
        }
        return MetricSnapshots.of(
                requests.shown(), errors.shown(), durations.build(), responses(), retries());
    }

    private Map<RequestKey, RequestSum> requestSums() {
        Map<RequestKey, RequestSum> sums = new HashMap<>();
        for (LoopTraffic loop : loops) {
            loop.requests.forEach(
                    (key, cell) -> sums.computeIfAbsent(key, k -> new RequestSum()).add(cell));
        }
        return sums;
    }

    private HistogramSnapshot responses() {
        Map<ServerId, LatencySum> sums = new HashMap<>();
        for (LoopTraffic loop : loops) {
            loop.servers.forEach((server, cell) ->
                    sums.computeIfAbsent(server, s -> new LatencySum()).add(cell.responses));
        }
        HistogramSnapshot.Builder shown =
                HistogramSnapshot.builder()
                        .name("alwayson_server_response_seconds")
                        .help("From a request sent to a server to the head of its response.");
        sums.forEach((server, sum) ->
                shown.dataPoint(
                        sum.shown(
                                Labels.of(
                                        "backend", server.backend(), "server", server.server()))));
        return shown.build();
    }

    private CounterSnapshot retries() {
        Map<String, long[]> sums = new HashMap<>();
        RetryKind[] kinds = RetryKind.values();
        for (LoopTraffic loop : loops) {
            loop.retries.forEach((backend, cell) -> {
                long[] sum = sums.computeIfAbsent(backend, b -> new long[kinds.length]);
                for (RetryKind kind : kinds) {
                    sum[kind.index()] += cell.byKind.get(kind.index());
                }
            });
        }
        Counter shown =
                new Counter(
                        "alwayson_retries",
                        "Tries of a request after its first, by why it was tried again.");
        sums.forEach((backend, sum) -> {
            for (RetryKind kind : kinds) {
                Labels labels = Labels.of("backend", backend, "kind", kind.word());
                shown.point(sum[kind.index()], labels);
            }
        });
        return shown.shown();
    }

    /** Makes the labels of the request metrics, in one order. */
    record RequestLabels(RequestKey key) {

        Labels with(Method method) {
            return Labels.of(
                    "frontend",
                    key.frontend(),
                    "backend",
                    key.backend(),
                    "server",
                    key.server(),
                    "method",
                    method.name(),
                    "endpoint",
                    key.endpoint());
        }

        Labels with(Method method, String name, String value) {
            return with(method).merge(Labels.of(name, value));
        }
    }
}
