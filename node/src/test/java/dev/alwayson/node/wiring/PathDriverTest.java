package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PathDriverTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final QuietPath path = new QuietPath();

    @Test
    void ofSnapshotsThatFollowEachOtherFastOnlySomeAreApplied() throws Exception {
        try (PathDriver driver = new PathDriver(path)) {
            long began = System.nanoTime();
            for (int version = 1; version <= 10_000; version++) {
                driver.apply(snapshot(version));
            }
            driver.settle();
            long pauses = (System.nanoTime() - began) / PathDriver.SHORTEST_PAUSE.toNanos();
            assertThat(applied()).isEqualTo(10_000);
            // Before the first pause, after each, and for who waited.
            assertThat(path.applications.get()).isLessThanOrEqualTo((int) pauses + 2);
        }
    }

    @Test
    void theNewestIsAppliedThoughNobodyWaitsForIt() throws Exception {
        try (PathDriver driver = new PathDriver(path)) {
            driver.apply(snapshot(1));
            driver.settle();
            driver.apply(snapshot(2));
            driver.apply(snapshot(3));
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (applied() < 3 && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThat(applied()).isEqualTo(3);
            assertThat(path.applications.get()).isEqualTo(2);
        }
    }

    @Test
    void whoWaitsSeesTheNewestApplied() throws Exception {
        try (PathDriver driver = new PathDriver(path)) {
            for (int version = 1; version <= 20; version++) {
                driver.apply(snapshot(version));
                driver.settled().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
                assertThat(applied()).isEqualTo(version);
            }
        }
    }

    @Test
    void whatCouldNotBeAppliedIsToldAndTriedAgain() throws Exception {
        try (PathDriver driver = new PathDriver(path)) {
            path.failure = "odd";
            driver.apply(snapshot(1));
            driver.settle();
            assertThat(driver.problem().orElseThrow()).contains("odd");
            assertThat(driver.applied()).isEmpty();
            assertThat(driver.settled())
                    .failsWithin(DEADLINE)
                    .withThrowableThat()
                    .withMessageEndingWith("odd; tried again every second");
            assertThat(applied()).isZero();

            path.failure = null;
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (driver.problem().isPresent() && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThat(driver.problem()).isEmpty();
            assertThat(applied()).isEqualTo(1);
            driver.settled().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aNewSnapshotTakesThePlaceOfOneThatCouldNotBeApplied() throws Exception {
        try (PathDriver driver = new PathDriver(path)) {
            path.failure = "odd";
            driver.apply(snapshot(1));
            driver.settle();
            path.failure = null;
            driver.apply(snapshot(2));
            driver.settle();
            assertThat(driver.problem()).isEmpty();
            assertThat(applied()).isEqualTo(2);
        }
    }

    private long applied() {
        return Optional.ofNullable(path.applied.get()).map(Snapshot::version).orElse(0L);
    }

    private static Snapshot snapshot(long version) {
        Configuration configuration =
                new Configuration(
                        Optional.empty(),
                        Path.of("data"),
                        Admin.STANDARD,
                        Map.of(),
                        Map.of(),
                        Shutdown.STANDARD);
        return new Snapshot(version, configuration, Map.of(), RuntimeChanges.NONE, true);
    }
}
