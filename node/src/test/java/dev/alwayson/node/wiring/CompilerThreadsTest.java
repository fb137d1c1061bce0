package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
        int nicer = Math.min(19, ofProcess() + 10);
        Map<String, Integer> before = niceness(".*");
        Set<String> compiler = niceness("C2 Comp.*").keySet();

        CompilerThreads.giveWay();

        eventually(() -> Set.of(nicer).equals(nicenessNow(compiler)));
        Map<String, Integer> others = niceness("(?!C2 Comp).*");
        before.keySet().retainAll(others.keySet());
        assertThat(before).isNotEmpty();
        assertThat(others).containsAllEntriesOf(before);
    }

    private static Set<Integer> nicenessNow(Set<String> threads) throws IOException {
        Map<String, Integer> now = niceness(".*");
        now.keySet().retainAll(threads);
        return Set.copyOf(now.values());
    }

    private static int ofProcess() throws IOException {
        return nice(Files.readString(Path.of("/proc/self/stat")));
    }

    /** By the thread's id. */
    private static Map<String, Integer> niceness(String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.map(CompilerThreadsTest::stat)
                    .filter(stat -> stat.matches("(?s)\\d+ \\(" + name + "\\) .*"))
                    .collect(
                            Collectors.toMap(
                                    stat -> stat.substring(0, stat.indexOf(' ')),
                                    CompilerThreadsTest::nice));
        }
    }

    private static int nice(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
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
