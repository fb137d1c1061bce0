package dev.alwayson.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What became of the load's requests. Safe for use by several threads. */
final class Tally {

    private static final long MOST_MICROS = TimeUnit.MINUTES.toMicros(2);
    private static final int DIGITS = 3;
    private static final int KEPT_FAILURES = 5;

    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cut = new LongAdder();
    private final Map<String, LongAdder> byServer = new ConcurrentHashMap<>();
    private final Recorder recent = recorder();
    private final Recorder duringFault = recorder();
    private final List<String> failures = new ArrayList<>();

    private static Recorder recorder() {
        return new Recorder(MOST_MICROS, DIGITS);
    }

    /** An answer with 200. */
    void answered(String server, long nanos) {
        answered.increment();
        byServer.computeIfAbsent(server, _ -> new LongAdder()).increment();
        long micros = Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), MOST_MICROS);
        recent.recordValue(micros);
        duringFault.recordValue(micros);
    }

    /** No answer, or another than 200: what must not happen while a server can serve. */
    void failed(String what) {
        failed.increment();
        synchronized (failures) {
            if (failures.size() < KEPT_FAILURES) {
                failures.add(what);
            }
        }
    }

    /** An answer that began and did not end, which nobody can promise to prevent. */
    void cut() {
        cut.increment();
    }

    Totals totals() {
        Map<String, Long> servers = new TreeMap<>();
        byServer.forEach((server, count) -> servers.put(server, count.sum()));
        return new Totals(answered.sum(), failed.sum(), cut.sum(), servers);
    }

    /** The times of answers, in microseconds, since the last call. One caller. */
    Histogram takeRecent() {
        return recent.getIntervalHistogram();
    }

    /** The times of answers, in microseconds, since the last call by whoever makes the faults. */
    Histogram takeDuringFault() {
        return duringFault.getIntervalHistogram();
    }

    /** The first failures, in words. */
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Counts since the start. */
    record Totals(long answered, long failed, long cut, Map<String, Long> byServer) {
        Totals {
            byServer = Map.copyOf(byServer);
        }

        /** Those that came to an end, be it as it may. */
        long requests() {
            return answered + failed + cut;
        }
    }
}
