package dev.alwayson.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What happened so far, in the order in which it is shown: never before the start, and never
 * earlier than what was shown before. What the balancer did is known late, and its times are of
 * another clock. Safe for use by several threads.
 */
final class Story {

    private final Supplier<Duration> clock;
    private final List<Look.Line> told = new ArrayList<>();
    private final List<Look.Line> waiting = new ArrayList<>();
    private Duration shown = Duration.ZERO;

    /**
     * @param clock the time since the start of the load
     */
    Story(Supplier<Duration> clock) {
        this.clock = clock;
    }

    synchronized void add(Look.Line line) {
        waiting.add(line);
    }

    /** The time, and all lines that were added until then, which are never later. */
    synchronized Until now() {
        Duration now = clock.get();
        waiting.sort(Comparator.comparing(Look.Line::at));
        for (Look.Line line : waiting) {
            shown = least(now, most(shown, line.at()));
            told.add(new Look.Line(shown, line.fault(), line.text()));
        }
        waiting.clear();
        shown = now;
        return new Until(now, told);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration most(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** The lines that were told until a time. */
    record Until(Duration time, List<Look.Line> told) {
        Until {
            told = List.copyOf(told);
        }
    }
}
