package dev.alwayson.sim;

import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
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

    /** Of so many requests in a hundred it breaks the connection; its checks do not notice. */
    private int failing;

    Condition condition() {
        return condition;
    }

    void set(Condition next) {
        condition = next;
    }

    void breakRequests(int percent) {
        failing = percent;
    }

    /** What comes of so many requests. */
    ServerTries serve(ServerView server, int requests, RandomGenerator random) {
        int failed = 0;
        for (int i = 0; i < requests; i++) {
            failed += random.nextInt(100) < failing ? 1 : 0;
        }
        return new ServerTries(server.id(), server.server().address(), failed, requests - failed);
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
