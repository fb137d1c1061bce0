package dev.alwayson.sim;

import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What is behind an address, and how it answers a probe. */
final class Machine {

    /** How a machine fares. */
    enum Condition {
        UP,
        REFUSING,
        FROZEN,
        FLAPPING,
        SLOW
    }

    private Condition condition = Condition.UP;

    Condition condition() {
        return condition;
    }

    void set(Condition next) {
        condition = next;
    }

    ProbeResult probe(HealthCheck check, RandomGenerator random) {
        return switch (condition) {
            case UP -> answered(1 + random.nextInt(20), check);
            case REFUSING -> refused();
            case FROZEN -> answered(Long.MAX_VALUE, check);
            case FLAPPING -> random.nextBoolean() ? answered(2, check) : refused();
            case SLOW -> answered(random.nextLong(2 * check.timeout().toMillis()), check);
        };
    }

    private static ProbeResult answered(long millis, HealthCheck check) {
        return millis < check.timeout().toMillis()
                ? new ProbeResult(true, "connected", Duration.ofMillis(millis))
                : new ProbeResult(false, "timeout", check.timeout());
    }

    private static ProbeResult refused() {
        return new ProbeResult(false, "connection refused", Duration.ofMillis(1));
    }
}
