package dev.alwayson.e2e.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process takes of the machine at a moment, as the kernel tells (proc(5)).
 *
 * @param mostResidentBytes the most that it had at any moment so far
 */
public record Footprint(long residentBytes, long mostResidentBytes, int descriptors, int threads) {

    static Footprint of(long pid) {
        Path process = Path.of("/proc/" + pid);
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            String status = Files.readString(process.resolve("status"));
            return new Footprint(
                    1024 * number(status, "VmRSS:"),
                    1024 * number(status, "VmHWM:"),
                    (int) open.count(),
                    (int) number(status, "Threads:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.split("\\s+", 3)[1])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " not in " + status));
    }

    /** In whole MiB. */
    public long residentMebibytes() {
        return residentBytes >> 20;
    }
}
