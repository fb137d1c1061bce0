package dev.alwayson.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HealthStateTest {

    /** Rise 2, fall 3. */
    private HealthCheck check = HealthCheck.TCP;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private HealthState state = HealthState.unknown(now);

    @Test
    void theFirstAnswerDecidesAtOnce() {
        fails("connection refused");
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);
        assertThat(state.reason()).isEqualTo("connection refused");
        assertThat(state.since()).isEqualTo(now);

        state = HealthState.unknown(now);
        succeeds();
        assertThat(state.health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void itTakesFallFailuresInARowToTakeAServerOut() {
        succeeds();
        fails("timeout");
        fails("timeout");
        succeeds();
        fails("timeout");
        fails("timeout");
        assertThat(state.health()).isEqualTo(Health.HEALTHY);
        assertThat(state.changing()).isTrue();

        fails("connection refused");
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);
        assertThat(state.reason()).isEqualTo("connection refused");
        assertThat(state.changing()).isFalse();
    }

    @Test
    void itTakesRiseSuccessesInARowToBringItBack() {
        fails("timeout");
        succeeds();
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);
        assertThat(state.changing()).isTrue();
        fails("timeout");
        succeeds();
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);

        succeeds();
        assertThat(state.health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void reasonAndTimeStayUntilTheHealthChanges() {
        fails("timeout");
        Instant since = now;
        fails("connection refused");
        assertThat(state.reason()).isEqualTo("timeout");
        assertThat(state.since()).isEqualTo(since);
    }

    @Test
    void aResultThatChangesNothingMakesNoObject() {
        succeeds();
        succeeds();
        HealthState settled = state;
        succeeds();
        assertThat(state).isSameAs(settled);
    }

    @Test
    void withRiseAndFallOfOneEveryAnswerDecides() {
        check = thresholds(1, 1);
        for (int i = 0; i < 3; i++) {
            succeeds();
            assertThat(state.health()).isEqualTo(Health.HEALTHY);
            assertThat(state.changing()).isFalse();
            fails("timeout");
            assertThat(state.health()).isEqualTo(Health.UNHEALTHY);
            assertThat(state.changing()).isFalse();
        }
    }

    @Test
    void inheritedHealthIsOneThatRiseAndFallHaveToChange() {
        state = HealthState.of(Health.HEALTHY, "connected", now);
        fails("status 500");
        fails("status 500");
        assertThat(state.health()).isEqualTo(Health.HEALTHY);
        assertThat(state.reason()).isEqualTo("connected");
        fails("status 500");
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);

        state = HealthState.of(Health.UNHEALTHY, "timeout", now);
        succeeds();
        assertThat(state.health()).isEqualTo(Health.UNHEALTHY);
        succeeds();
        assertThat(state.health()).isEqualTo(Health.HEALTHY);
    }

    private void succeeds() {
        result(new ProbeResult(true, "connected", Duration.ofMillis(1)));
    }

    private void fails(String reason) {
        result(new ProbeResult(false, reason, Duration.ofMillis(1)));
    }

    private void result(ProbeResult result) {
        now = now.plusSeconds(2);
        state = state.after(result, check, now);
    }

    private static HealthCheck thresholds(int rise, int fall) {
        HealthCheck tcp = HealthCheck.TCP;
        return new HealthCheck(
                tcp.http(),
                tcp.method(),
                tcp.host(),
                tcp.expectStatus(),
                tcp.expectText(),
                tcp.interval(),
                tcp.timeout(),
                rise,
                fall,
                tcp.jitter(),
                tcp.fastInterval());
    }
}
