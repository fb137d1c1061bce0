package dev.alwayson.app.demo;

import dev.alwayson.node.wiring.StartFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alwayson rehearse}: for the launcher, after a build. */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Runs a node under a load for some seconds, for the JVM to learn from.")
public final class RehearseCommand implements Callable<Integer> {

    @Option(
            names = "--seconds",
            defaultValue = "8",
            description = "For how long (default: ${DEFAULT-VALUE}).")
    private int seconds = 8;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("alwayson-rehearsal");
        try {
            Rehearsal.run(folder, Duration.ofSeconds(seconds));
            return 0;
        } catch (StartFailed e) {
            e.reasons().forEach(System.err::println);
            return 1;
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
