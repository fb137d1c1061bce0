package dev.alwayson.node.proxy.traffic;

import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.traffic.TrafficMetrics.RequestLabels;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Requests of one kind, added up over event loops. Confined to one thread. */
final class RequestSum {

    private static final Method[] METHODS = Method.values();

    private final Map<Integer, long[]> byStatus = new TreeMap<>();
    private final Map<Method, LatencySum> durations = new EnumMap<>(Method.class);

    void add(RequestCell cell) {
        for (RequestCell.Row row : cell.rows()) {
            long[] sum = byStatus.computeIfAbsent(row.status(), s -> new long[METHODS.length]);
            for (Method method : METHODS) {
                sum[method.index()] += row.byMethod().get(method.index());
            }
        }
        for (Method method : METHODS) {
            Latencies latencies = cell.durations(method.index());
            if (latencies != null) {
                durations.computeIfAbsent(method, m -> new LatencySum()).add(latencies);
            }
        }
    }

    void show(
            RequestLabels labels,
            Counter requests,
            Counter errors,
            HistogramSnapshot.Builder histogram) {
        for (Method method : METHODS) {
            long clientErrors = 0;
            long serverErrors = 0;
            for (Map.Entry<Integer, long[]> entry : byStatus.entrySet()) {
                int status = entry.getKey();
                long count = entry.getValue()[method.index()];
                if (count > 0) {
                    requests.point(count, labels.with(method, "status", Integer.toString(status)));
                }
                clientErrors += status >= 400 && status < 500 ? count : 0;
                serverErrors += status >= 500 ? count : 0;
            }
            error(errors, labels, method, "client_error", clientErrors);
            error(errors, labels, method, "server_error", serverErrors);
        }
        durations.forEach((method, sum) -> histogram.dataPoint(sum.shown(labels.with(method))));
    }

    private static void error(
            Counter errors, RequestLabels labels, Method method, String type, long count) {
        if (count > 0) {
            errors.point(count, labels.with(method, "error_type", type));
        }
    }
}
