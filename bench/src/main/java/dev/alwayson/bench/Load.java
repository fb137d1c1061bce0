package dev.alwayson.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sends requests, from one core, and says how they went. */
final class Load {

    private final int core;
    private final Path folder;
    private final Path report;

    /**
     * @param report the script that makes wrk's figures readable
     */
    Load(int core, Path folder, Path report) {
        this.core = core;
        this.folder = folder;
        this.report = report;
    }

    /**
     * What a load showed; latencies in milliseconds.
     *
     * @param requests that were answered
     * @param seconds it took
     * @param errors connections that broke, answers of 400 and above, time-outs
     */
    record Shown(long requests, double seconds, long errors, double p50, double p99, double p999) {

        double rate() {
            return requests / seconds;
        }
    }

    /** As many as the connections allow: each sends its next request when it has an answer. */
    Shown full(Scenario scenario, int port, int seconds) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "wrk",
                                "-t1",
                                "-c" + scenario.connections(),
                                "-d" + seconds + "s",
                                "--timeout",
                                "30s",
                                "-s",
                                report.toString()));
        if (!scenario.keepAlive()) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.add("http://127.0.0.1:" + port + scenario.path());
        String text = Program.output(core, folder, command, seconds + 60);
        String figures =
                text.lines()
                        .filter(line -> line.startsWith("figures "))
                        .findFirst()
                        .orElseThrow(() -> new IOException("wrk said: " + text));
        double[] f =
                Arrays.stream(figures.substring("figures ".length()).split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        return new Shown(
                (long) f[0], f[1] / 1e6, (long) f[2], f[3] / 1000, f[4] / 1000, f[5] / 1000);
    }

    /** A steady rate, whatever the answers take, so that nothing that waits goes uncounted. */
    Shown steady(Scenario scenario, int port, int seconds, double rate)
            throws IOException, InterruptedException {
        Path log = folder.resolve("h2load.log");
        Files.deleteIfExists(log);
        Program.output(
                core,
                folder,
                List.of(
                        "h2load",
                        "--h1",
                        "-t1",
                        "-c" + scenario.connections(),
                        "-D" + seconds,
                        "--rps=" + rate / scenario.connections(),
                        "--log-file=" + log,
                        "http://127.0.0.1:" + port + scenario.path()),
                seconds + 60);
        // A line for each: start in microseconds, status, duration in microseconds.
        List<String[]> lines =
                Files.readAllLines(log).stream().map(line -> line.split("\t", -1)).toList();
        double[] millis =
                lines.stream()
                        .mapToDouble(line -> Long.parseLong(line[2]) / 1000.0)
                        .sorted()
                        .toArray();
        long errors = lines.stream().filter(line -> !line[1].startsWith("2")).count();
        return new Shown(
                millis.length,
                seconds,
                errors,
                quantile(millis, 0.5),
                quantile(millis, 0.99),
                quantile(millis, 0.999));
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
