package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {

    private static final List<String> SERVERS = List.of("web1", "web2", "web3", "web4");

    @ParameterizedTest
    @ValueSource(ints = {20, 30, 60, 300})
    void everyKindOfFaultHasItsTurn(int seconds) {
        Set<Class<?>> kinds =
                plan(seconds).stream()
                        .map(planned -> planned.fault().getClass())
                        .collect(Collectors.toSet());

        assertThat(kinds).isEqualTo(Set.of(Fault.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 10, 20, 30, 60, 300})
    void oneFaultAtATimeWithARestBetweenAndAllOverBeforeTheEnd(int seconds) {
        Duration free = Duration.ZERO;
        for (FaultPlan.Planned planned : plan(seconds)) {
            assertThat(planned.from()).isGreaterThan(free);
            assertThat(planned.until().minus(planned.from()))
                    .as("long enough to be noticed")
                    .isGreaterThan(Duration.ofMillis(1500));
            free = planned.until().plusSeconds(1);
        }
        assertThat(free).isLessThanOrEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void overALongTimeEveryServerSuffersEveryKind() {
        assertThat(plan(600).stream().map(FaultPlan.Planned::fault).distinct())
                .hasSize(SERVERS.size() * Fault.class.getPermittedSubclasses().length);
    }

    @Test
    void aTimeTooShortForOneHasNone() {
        assertThat(plan(5)).isEmpty();
    }

    private static List<FaultPlan.Planned> plan(int seconds) {
        return FaultPlan.of(Duration.ofSeconds(seconds), SERVERS);
    }
}
