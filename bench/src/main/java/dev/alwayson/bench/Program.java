package dev.alwayson.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with its children, on one core. Ended by its id when closed. */
final class Program implements AutoCloseable {

    /** What Linux counts processor time in, a second of it (proc(5)). */
    private static final double TICKS = 100;

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it on this core, its output in a file. */
    static Program start(int core, Path output, List<String> command) throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        pinned.addAll(command);
        return new Program(
                new ProcessBuilder(pinned)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    /** What a short command on this core prints. */
    static String output(int core, Path folder, List<String> command, int limitSeconds)
            throws IOException, InterruptedException {
        Path file = folder.resolve("load.out");
        try (Program program = start(core, file, command)) {
            if (!program.process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                throw new IOException(command + ": not done after " + limitSeconds + " s");
            }
            String text = Files.readString(file);
            if (program.process.exitValue() != 0) {
                throw new IOException(command + ": exit code not 0: " + text);
            }
            return text;
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    String said() throws IOException {
        return Files.readString(output);
    }

    /**
     * Processor time so far.
     *
     * @param userSeconds in its own code
     * @param kernelSeconds in the kernel for it
     */
    record Time(double userSeconds, double kernelSeconds) {

        Time since(Time before) {
            return new Time(userSeconds - before.userSeconds, kernelSeconds - before.kernelSeconds);
        }
    }

    Time time() throws IOException {
        long user = 0;
        long kernel = 0;
        for (Path folder : folders()) {
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            user += Long.parseLong(fields[11]);
            kernel += Long.parseLong(fields[12]);
        }
        return new Time(user / TICKS, kernel / TICKS);
    }

    /** Resident memory, mebibytes. */
    double memory() throws IOException {
        long kib = 0;
        for (Path folder : folders()) {
            kib +=
                    Files.readAllLines(folder.resolve("status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        }
        return kib / 1024.0;
    }

    private List<Path> folders() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> Path.of("/proc", String.valueOf(handle.pid())))
                .filter(Files::exists)
                .toList();
    }

    @Override
    public void close() {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
