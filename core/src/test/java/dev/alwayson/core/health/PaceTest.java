package dev.alwayson.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {

    /** Every 2 s, 500 ms while changing, 10 % jitter. */
    private static final HealthCheck CHECK = HealthCheck.TCP;

    private static final double MIDDLE = 0.5;

    @Test
    void aSteadyTargetIsProbedEveryInterval() {
        assertThat(Pace.next(CHECK, steady(), Duration.ZERO, MIDDLE))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theTimeAProbeTookCounts() {
        assertThat(Pace.next(CHECK, steady(), Duration.ofMillis(300), MIDDLE))
                .isEqualTo(Duration.ofMillis(1700));
        assertThat(Pace.next(CHECK, steady(), Duration.ofSeconds(9), MIDDLE))
                .isEqualTo(Pace.SHORTEST);
    }

    @Test
    void aTargetWhoseHealthIsChangingIsProbedSooner() {
        HealthState changing =
                steady().after(
                                new ProbeResult(false, "timeout", Duration.ZERO),
                                CHECK,
                                Instant.MAX);
        assertThat(Pace.next(CHECK, changing, Duration.ZERO, MIDDLE))
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whileTheHealthIsChangingProbesAreNeverRarerThanElse() {
        HealthCheck tcp = CHECK;
        HealthCheck quick =
                new HealthCheck(
                        tcp.http(),
                        tcp.method(),
                        tcp.host(),
                        tcp.expectStatus(),
                        tcp.expectText(),
                        Duration.ofMillis(100),
                        tcp.timeout(),
                        tcp.rise(),
                        tcp.fall(),
                        tcp.jitter(),
                        tcp.fastInterval());
        HealthState changing =
                steady().after(
                                new ProbeResult(false, "timeout", Duration.ZERO),
                                quick,
                                Instant.EPOCH);
        assertThat(Pace.next(quick, changing, Duration.ZERO, MIDDLE))
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void theIntervalVariesByItsJitter() {
        assertThat(Pace.next(CHECK, steady(), Duration.ZERO, 0)).isEqualTo(Duration.ofMillis(1800));
        assertThat(Pace.next(CHECK, steady(), Duration.ZERO, Math.nextDown(1.0)))
                .isBetween(Duration.ofMillis(2199), Duration.ofMillis(2200));
    }

    @Test
    void theFirstProbesOfManyTargetsAreSpreadOverTheInterval() {
        assertThat(Pace.first(CHECK, 0)).isEqualTo(Duration.ZERO);
        assertThat(Pace.first(CHECK, 7)).isEqualTo(Duration.ofMillis(7));
        assertThat(Pace.first(CHECK, 2003)).isEqualTo(Duration.ofMillis(3));
    }

    private static HealthState steady() {
        return HealthState.unknown(Instant.EPOCH)
                .after(new ProbeResult(true, "connected", Duration.ZERO), CHECK, Instant.EPOCH);
    }
}
