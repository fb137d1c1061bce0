package dev.alwayson.node.admin;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The heap against the most it may grow to: a warning from 80 %. */
public final class MemoryPart implements HealthPart {

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Finding look() {
        Runtime runtime = Runtime.getRuntime();
        return finding(runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
    }

    static Finding finding(long usedBytes, long maxBytes) {
        double percent = 100.0 * usedBytes / maxBytes;
        Map<String, String> details = new LinkedHashMap<>();
        details.put("heapUsed", mebibytes(usedBytes));
        details.put("heapTotal", mebibytes(maxBytes));
        details.put("percentage", String.format(Locale.ROOT, "%.2f%%", percent));
        return new Finding(percent < 80 ? Status.HEALTHY : Status.WARNING, details);
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f MB", bytes / 1024.0 / 1024.0);
    }
}
