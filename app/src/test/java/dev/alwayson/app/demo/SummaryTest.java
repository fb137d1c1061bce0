package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void saysThatTheRequestsBesideAFaultAreThoseWhileItLasted() {
        Fault killed = new Fault.Killed("web1");
        FaultResult fault =
                FaultResult.begun(killed, Duration.ofSeconds(2), Instant.EPOCH)
                        .ended(770, 0, Duration.ofMillis(12));
        Summary summary =
                new Summary(
                        Duration.ofSeconds(30),
                        new Tally.Totals(7_500, 0, 0, Map.of()),
                        1,
                        List.of(fault),
                        List.of(),
                        false,
                        Optional.empty());

        assertThat(summary.lines())
                .allMatch(line -> line.length() <= 79, "at most 79 columns")
                .startsWith(
                        " ".repeat(56) + "while the fault lasted:",
                        "at      fault                          noticed after  answered  slowest "
                                + " failed",
                        "0:02    web1 is killed (SIGKILL)       never               770    12 ms "
                                + "      0")
                .contains(
                        "7,500 requests in 30 s: 7,500 answered, 1 tries saved by a retry, 0"
                                + " failed.");
    }
}
