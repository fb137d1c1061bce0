package dev.alwayson.node.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The process and its virtual machine, by the names of the Prometheus client libraries. {@code
 * process_cpu_usage} is the share of the whole machine that the process used of late, 0 to 1.
 */
public final class ProcessMetrics implements MultiCollector {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        double started = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
        all.add(gauge("process_start_time_seconds", "When it started, since 1970.", started));
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            double usage = Math.max(0, system.getProcessCpuLoad());
            double seconds = system.getProcessCpuTime() / 1e9;
            all.add(gauge("process_cpu_usage", "Share of all processors, 0 to 1.", usage));
            all.add(Gauge.counter("process_cpu_seconds", "Processor time used.", seconds));
            long open = system.getOpenFileDescriptorCount();
            long most = system.getMaxFileDescriptorCount();
            all.add(gauge("process_open_fds", "Open file descriptors.", (double) open));
            all.add(gauge("process_max_fds", "Most open file descriptors.", (double) most));
        }
        if (Files.exists(STATUS)) {
            all.add(gauge("process_resident_memory_bytes", "Resident memory.", residentBytes()));
        }
        memory(all);
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        all.add(gauge("jvm_threads_current", "Platform threads.", threads));
        return new MetricSnapshots(all);
    }

    private static void memory(List<MetricSnapshot> all) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        MemoryUsage other = memory.getNonHeapMemoryUsage();
        all.add(
                new Gauge("jvm_memory_used_bytes", "Used memory.")
                        .point((double) heap.getUsed(), "area", "heap")
                        .point((double) other.getUsed(), "area", "nonheap")
                        .shown());
        all.add(
                new Gauge("jvm_memory_max_bytes", "Most memory; -1 without a limit.")
                        .point((double) heap.getMax(), "area", "heap")
                        .point((double) other.getMax(), "area", "nonheap")
                        .shown());
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return new Gauge(name, help).point(value).shown();
    }

    /** proc_pid_status(5) has it as {@code VmRSS: 41232 kB}, whatever the size of a page. */
    private static double residentBytes() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.split("\\s+", 3)[1]) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
