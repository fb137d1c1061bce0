package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {

    /** Its place among the fields of /proc/PID/task/TID/stat behind the name: proc_pid_stat(5). */
    private static final int NICE = 16;

    @Test
    void theOptimizingCompilerGivesWayAndNobodyElseDoes() throws Exception {
        Set<Integer> others = niceness("(?!C2 Comp).*");
        assertThat(others).as("all are alike").hasSize(1);
        Set<Integer> nicer = Set.of(Math.min(19, others.iterator().next() + 5));

        CompilerThreads.giveWay();

        eventually(() -> niceness("C2 Comp.*").equals(nicer));
        assertThat(niceness("(?!C2 Comp).*")).isEqualTo(others);
    }

    private static Set<Integer> niceness(String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.map(CompilerThreadsTest::stat)
                    .filter(stat -> stat.matches("(?s)\\d+ \\(" + name + "\\) .*"))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE])
                    .map(Integer::valueOf)
                    .collect(Collectors.toSet());
        }
    }

    /** Empty if it has ended. */
    private static String stat(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - deadline).as("within a minute").isNegative();
            Thread.sleep(10); // until the deadline
        }
    }
}
