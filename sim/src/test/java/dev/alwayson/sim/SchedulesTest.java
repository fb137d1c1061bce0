package dev.alwayson.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Control;
import dev.alwayson.core.journal.Happening;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Thousands of schedules hold every rule: the same ones each time, and some new ones. {@code
 * -Dseed=N} runs one; {@code -Dschedules=N} says how many.
 */
class SchedulesTest {

    private static final Duration TROUBLE = Duration.ofSeconds(20);

    @Test
    void everyScheduleHoldsEveryRule() {
        Long one = Long.getLong("seed");
        if (one != null) {
            Simulation.run(one, Control::step, TROUBLE);
            return;
        }
        int schedules = Integer.getInteger("schedules", 1500);
        Set<String> kinds = new HashSet<>();
        int starts = 0;
        for (long seed = 1; seed <= schedules; seed++) {
            List<String> told =
                    Simulation.run(seed, Control::step, TROUBLE).events().stream()
                            .map(event -> event.happening().kind())
                            .toList();
            kinds.addAll(told);
            starts += Collections.frequency(told, "node-started");
        }
        assertThat(starts).as("nodes are killed and start again").isGreaterThan(schedules);
        assertThat(kinds)
                .as("the schedules reach everything that the loop can tell")
                .contains(
                        new Happening.NodeStopping("").kind(),
                        "configuration-refused",
                        "server-health-changed",
                        "server-state-changed",
                        "server-ejected",
                        "server-returned",
                        "backend-panic-changed",
                        "backend-availability-changed",
                        "runtime-change-not-stored");
    }

    @Test
    void newSchedulesHoldThemToo() {
        for (int i = 0; i < 100; i++) {
            Simulation.run(ThreadLocalRandom.current().nextLong(), Control::step, TROUBLE);
        }
    }

    @Test
    void aSeedReplaysItsRunExactly() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation.Run once = Simulation.run(seed, Control::step, TROUBLE);
            Simulation.Run again = Simulation.run(seed, Control::step, TROUBLE);
            assertThat(again).isEqualTo(once);
            assertThat(once.events()).hasSizeGreaterThan(5);
        }
        assertThat(Simulation.run(1, Control::step, TROUBLE).events())
                .isNotEqualTo(Simulation.run(2, Control::step, TROUBLE).events());
    }
}
