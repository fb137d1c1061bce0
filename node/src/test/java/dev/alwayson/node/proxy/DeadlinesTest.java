package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deadlines of one event loop, on simulated time. */
class DeadlinesTest {

    private static final long TICK_NANOS = Deadlines.TICK_MILLIS * 1_000_000L;

    private final List<String> failures = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Deadlines deadlines = new Deadlines(0);

    private Deadlines.Entry entry(String name, Runnable then) {
        return new Deadlines.Entry() {
            @Override
            void due(long nowNanos) {
                told.add(name);
                then.run();
            }

            @Override
            void failed(Throwable cause) {
                failures.add(name + ": " + cause.getMessage());
            }
        };
    }

    @Test
    void oneThatFailsKeepsNoOtherOfItsTimeWaiting() {
        OutOfMemoryError error = new OutOfMemoryError("told");
        for (int i = 1; i <= 3; i++) {
            deadlines.set(
                    entry(
                            "fails " + i,
                            () -> {
                                throw error;
                            }),
                    TICK_NANOS);
            deadlines.set(entry("works " + i, () -> {}), TICK_NANOS);
        }
        deadlines.advance(2 * TICK_NANOS);
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "fails 1", "works 1", "fails 2", "works 2", "fails 3", "works 3");
        assertThat(failures)
                .containsExactlyInAnyOrder("fails 1: told", "fails 2: told", "fails 3: told");
        assertThat(deadlines.size()).isZero();
    }
}
