package dev.alwayson.node.wiring;

import dev.alwayson.core.journal.Journal;
import dev.alwayson.node.admin.DiskPart;
import dev.alwayson.node.admin.HealthPart;
import dev.alwayson.node.admin.HealthPart.Finding;
import dev.alwayson.node.admin.MemoryPart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The parts of the node that /health looks at. */
final class Parts {

    /** The loop goes round twice a second; ten turns missed is not the machine being busy. */
    private static final Duration LOOP_SILENCE = Duration.ofSeconds(5);

    private Parts() {}

    static List<HealthPart> of(
            ControlLoop loop, Journal journal, DataPath path, PathDriver driver, Path data) {
        return List.of(
                part("controlLoop", () -> loop(loop.silence())),
                part("journal", () -> journal(journal)),
                part("eventLoops", () -> eventLoops(path.loopsAlive())),
                part("dataPath", () -> dataPath(driver.problem())),
                new DiskPart(data),
                new MemoryPart());
    }

    private static Finding loop(Duration silence) {
        return silence.compareTo(LOOP_SILENCE) < 0
                ? Finding.HEALTHY
                : Finding.unhealthy("no turn for " + silence.toSeconds() + " s");
    }

    private static Finding journal(Journal journal) {
        return journal.problem().map(Finding::unhealthy).orElse(Finding.HEALTHY);
    }

    private static Finding eventLoops(boolean alive) {
        return alive ? Finding.HEALTHY : Finding.unhealthy("an event loop does not go round");
    }

    private static Finding dataPath(Optional<String> problem) {
        return problem.map(Finding::unhealthy).orElse(Finding.HEALTHY);
    }

    private static HealthPart part(String name, Supplier<Finding> look) {
        return new HealthPart() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Finding look() {
                return look.get();
            }
        };
    }
}
