package dev.alwayson.node.proxy.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.alwayson.core.balance.AccessLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A line makes no object. */
@Tag("alone")
class LineAllocationTest {

    private static final int LINES = 20_000;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void aLineMakesNoObject(AccessLog.Format format) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (AccessLogWriter writer = new AccessLogWriter()) {
            AccessLines lines = writer.open(folder.resolve("log")).lines(format);
            AccessEntry entry = new AccessEntry();
            byte[] text = "GET /a/b HTTP/1.1".getBytes(US_ASCII);
            write(lines, entry, text);
            long before = threads.getCurrentThreadAllocatedBytes();
            write(lines, entry, text);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("octets allocated for %d lines", LINES)
                    .isLessThan(LINES / 10);
        }
    }

    private static void write(AccessLines lines, AccessEntry entry, byte[] text) {
        for (int i = 0; i < LINES; i++) {
            entry.clear();
            entry.startMillis = 1_790_000_000_000L + i % 1000;
            entry.client = text;
            entry.frontend = text;
            entry.requestBytes = text;
            entry.requestLength = text.length;
            entry.totalNanos = i * 1000L;
            lines.write(entry);
        }
    }
}
