package dev.alwayson.core.health;

import dev.alwayson.core.target.HealthCheck;
import java.time.Duration;

/**
 * When a target is probed next. Intervals run from the start of one probe to the start of the next,
 * so a slow answer does not make the checks rarer; a probe that took longer is followed at once.
 */
public final class Pace {

    /** The shortest pause after an answer. */
    public static final Duration SHORTEST = Duration.ofMillis(1);

    private Pace() {}

    /**
     * The pause from a probe's answer to the next probe.
     *
     * @param took what the answered probe took
     * @param random from 0 (inclusive) to 1: where in the range of the jitter, which reaches from
     *     {@code interval} × (1 − jitter) to {@code interval} × (1 + jitter)
     */
    public static Duration next(
            HealthCheck check, HealthState state, Duration took, double random) {
        long interval = check.interval().toNanos();
        long base =
                state.changing() ? Math.min(check.fastInterval().toNanos(), interval) : interval;
        long varied = (long) (base * (1 + check.jitter().ratio() * (2 * random - 1)));
        Duration pause = Duration.ofNanos(varied).minus(took);
        return pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    }

    /**
     * The pause before the first probe of the {@code index}th of the targets that are new together:
     * a millisecond from one to the next, wrapped at the interval, so that the first answers come
     * fast and not all at once.
     */
    public static Duration first(HealthCheck check, int index) {
        long interval = Math.max(1, check.interval().toMillis());
        return Duration.ofMillis(index % interval);
    }
}
