package dev.alwayson.e2e.traffic;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import dev.alwayson.cli.Commands;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a run of the program {@code alwayson} came to.
 *
 * @param errors what it printed on standard error
 */
record Alwayson(int exitCode, String output, String errors) {

    private static final int MOST_SECONDS = 30;

    /** A command that talks to a node, run within this JVM, where it starts at once. */
    static Alwayson tell(RunningNode node, String... command) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--admin", node.admin()));
        int exitCode =
                Commands.create()
                        .setOut(new PrintWriter(output, true))
                        .setErr(new PrintWriter(errors, true))
                        .execute(arguments.toArray(String[]::new));
        return new Alwayson(exitCode, output.toString(), errors.toString());
    }

    /** Waits until the events tell all of this: perhaps a moment after the status shows it. */
    static void awaitEvents(RunningNode node, String... told) {
        Patience.await(
                "events tell " + List.of(told),
                () -> Stream.of(told).allMatch(tell(node, "events").output()::contains));
    }

    /** Runs it to its end, in a process of its own, for at most 30 s. */
    static Alwayson run(String... arguments) {
        return runUnder(List.of(), arguments);
    }

    /** As {@link #run}, by a command that ends with running another, as {@code nice} does. */
    static Alwayson runUnder(List<String> prefix, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaCommand.likeThis(Main.class, List.of(arguments)));
        try {
            Path output = Files.createTempFile("alwayson", ".out");
            Path errors = Files.createTempFile("alwayson", ".err");
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectOutput(output.toFile())
                                .redirectError(errors.toFile())
                                .start();
                if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            String.join(" ", arguments) + ": still ran after 30 s");
                }
                return new Alwayson(process.exitValue(), read(output), read(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
