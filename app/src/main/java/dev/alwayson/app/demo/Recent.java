package dev.alwayson.app.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What the last second was like, from samples taken a few times a second. Used by one thread. */
final class Recent {

    private final int samplesPerSecond;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Map<String, Long> before = Map.of();

    Recent(int samplesPerSecond) {
        this.samplesPerSecond = samplesPerSecond;
    }

    /** Takes a sample; the oldest of more than a second is forgotten. */
    void sample(Tally tally) {
        Map<String, Long> now = tally.totals().byServer();
        Map<String, Long> difference = new HashMap<>();
        now.forEach((name, count) -> difference.put(name, count - before.getOrDefault(name, 0L)));
        before = now;
        samples.addLast(new Sample(tally.takeRecent(), difference));
        if (samples.size() > samplesPerSecond) {
            samples.removeFirst();
        }
    }

    Second second() {
        Histogram micros = new Histogram(3);
        Map<String, Long> perServer = new HashMap<>();
        for (Sample sample : samples) {
            micros.add(sample.micros());
            sample.perServer().forEach((name, count) -> perServer.merge(name, count, Long::sum));
        }
        return new Second(
                micros.getTotalCount(),
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99),
                perServer);
    }

    private record Sample(Histogram micros, Map<String, Long> perServer) {}

    /** Answers, and the quantiles of their times in microseconds. */
    record Second(long answered, long p50, long p99, Map<String, Long> perServer) {
        Second {
            perServer = Map.copyOf(perServer);
        }
    }
}
