package dev.alwayson.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.time.Moment;
import dev.alwayson.node.journal.SqliteJournal;
import dev.alwayson.node.proxy.Proxy;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md lists every metric there is, with its type, and none that is not. */
class MetricsDocumentTest {

    private static final Path PAGE = Path.of(System.getProperty("project.root"), "docs/metrics.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (`[a-z_`, ]+`) \\| (counter|gauge|histogram|info) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

    @TempDir private Path folder;

    @Test
    void everyMetricIsListedWithItsType() throws Exception {
        Map<String, String> written = new TreeMap<>();
        try (SqliteJournal journal =
                        SqliteJournal.open(
                                folder.resolve("journal.db"),
                                "lb1",
                                () -> new Moment(0, Instant.EPOCH));
                Proxy proxy = new Proxy(1, 0, 1_024)) {
            List<MultiCollector> collectors = new ArrayList<>(proxy.metrics());
            collectors.add(new ServerMetrics(this::nothing, proxy, _ -> Optional.empty(), _ -> 0));
            collectors.add(new NodeMetrics("lb1", "0", journal, () -> true));
            collectors.add(new ProcessMetrics());
            collectors.forEach(collector ->
                    collector.collect().forEach(one -> written.put(name(one), type(one))));
        }
        assertThat(listed()).isEqualTo(written);
    }

    private Snapshot nothing() {
        return new Snapshot(
                1,
                new Configuration(
                        Optional.empty(),
                        folder,
                        Admin.STANDARD,
                        Map.of(),
                        Map.of(),
                        Shutdown.STANDARD),
                Map.of(),
                RuntimeChanges.NONE,
                true);
    }

    private static Map<String, String> listed() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                listed.put(name.group(1), row.group(2));
            }
        }
        return listed;
    }

    private static String name(MetricSnapshot metric) {
        String name = metric.getMetadata().getPrometheusName();
        return switch (type(metric)) {
            case "counter" -> name + "_total";
            case "info" -> name + "_info";
            default -> name;
        };
    }

    private static String type(MetricSnapshot metric) {
        return switch (metric) {
            case CounterSnapshot _ -> "counter";
            case GaugeSnapshot _ -> "gauge";
            case HistogramSnapshot _ -> "histogram";
            case InfoSnapshot _ -> "info";
            default -> metric.getClass().getSimpleName();
        };
    }
}
