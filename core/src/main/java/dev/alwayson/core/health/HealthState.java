package dev.alwayson.core.health;

import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import java.time.Instant;

/**
 * What is known of one target, and how a check's result changes it. Where nothing is known, the
 * first answer decides at once; from then on {@code rise} successes in a row make it healthy and
 * {@code fall} failures in a row unhealthy.
 *
 * @param successes in a row, counted up to {@code rise}
 * @param failures in a row, counted up to {@code fall}
 * @param reason what the check found that made the health what it is; later findings that do not
 *     change the health do not change this
 * @param since when the health became what it is
 */
public record HealthState(
        Health health, int successes, int failures, String reason, Instant since) {

    /** Of a target that was not asked yet. */
    public static HealthState unknown(Instant since) {
        return of(Health.UNKNOWN, "not checked yet", since);
    }

    /** Known from elsewhere, before any result that counts. */
    public static HealthState of(Health health, String reason, Instant since) {
        return new HealthState(health, 0, 0, reason, since);
    }

    /** What a result makes of this; the same object if it changes nothing. */
    public HealthState after(ProbeResult result, HealthCheck check, Instant now) {
        int up = result.success() ? Math.min(successes + 1, check.rise()) : 0;
        int down = result.success() ? 0 : Math.min(failures + 1, check.fall());
        Health next = decide(up, down, check);
        if (next != health) {
            return new HealthState(next, up, down, result.reason(), now);
        }
        return up == successes && down == failures
                ? this
                : new HealthState(health, up, down, reason, since);
    }

    private Health decide(int up, int down, HealthCheck check) {
        return switch (health) {
            case UNKNOWN -> up > 0 ? Health.HEALTHY : Health.UNHEALTHY;
            case HEALTHY -> down >= check.fall() ? Health.UNHEALTHY : Health.HEALTHY;
            case UNHEALTHY -> up >= check.rise() ? Health.HEALTHY : Health.UNHEALTHY;
        };
    }

    /** Whether the last results speak against the health: it may be about to change. */
    public boolean changing() {
        return switch (health) {
            case UNKNOWN -> false;
            case HEALTHY -> failures > 0;
            case UNHEALTHY -> successes > 0;
        };
    }
}
