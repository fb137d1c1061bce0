package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a page of metrics costs, which is asked for all the time while others want answers. */
@Tag("alone")
class MetricsPageTest {

    private static final int PAGES = 20;
    private static final int SERIES = 500;
    private static final long MOST_FOR_EACH = 2L << 20;

    @Test
    void aPageMakesLittleGarbageInAThreadOfTheAdminServer() throws Exception {
        MetricsPage page = new MetricsPage(List.of(MetricsPageTest::manySeries));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        askForPages(page);

        long before = threads.getTotalThreadAllocatedBytes();
        askForPages(page);

        assertThat((threads.getTotalThreadAllocatedBytes() - before) / PAGES)
                .isLessThan(MOST_FOR_EACH);
    }

    /** In a virtual thread, as those of the admin server are. */
    private static void askForPages(MetricsPage page) throws Exception {
        FutureTask<Boolean> asking =
                new FutureTask<>(
                        () -> {
                            for (int i = 0; i < PAGES; i++) {
                                assertThat(page.page()).isNotEmpty();
                            }
                        },
                        true);
        Thread.ofVirtual().start(asking);
        asking.get();
    }

    /** A page of 20 kB. */
    private static MetricSnapshots manySeries() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name("series").help("Many of them");
        for (int i = 0; i < SERIES; i++) {
            gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                            .labels(Labels.of("server", "web" + i))
                            .value(i)
                            .build());
        }
        return MetricSnapshots.of(gauge.build());
    }
}
