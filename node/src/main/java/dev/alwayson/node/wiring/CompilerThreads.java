package dev.alwayson.node.wiring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's optimizing compiler, which works through the first seconds of traffic. Where it and an
 * event loop want the same core, it gets a tenth of it and not half (setpriority(2)); the quick
 * compiler, whose work pays at once, keeps its priority.
 */
final class CompilerThreads {

    /** How much nicer than the process. */
    private static final int NICER = 10;

    private static final int NICEST = 19;

    /** Among the fields of /proc/PID/stat behind the name: proc_pid_stat(5). */
    private static final int NICE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);

    private CompilerThreads() {}

    /**
     * Those there are: with four cores or more the JVM begins others later, which have the priority
     * of the thread that begins them. Returns at once; without renice(1) nothing changes. To be
     * called before there are connections, of which the process that renices would hold copies for
     * a moment.
     */
    static void giveWay() {
        try {
            List<String> ids = ids();
            if (ids.isEmpty()) {
                return;
            }
            int nice = Math.min(NICEST, ofProcess() + NICER);
            // Not with -n, which BusyBox, as POSIX, takes for what is to be added.
            List<String> command = new ArrayList<>(List.of("renice", "" + nice, "-p"));
            command.addAll(ids);
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.debug("the JVM's compiler keeps its priority", e);
        }
    }

    private static int ofProcess() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    }

    /** Those of the kernel, as /proc tells them. */
    private static List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (name(thread).startsWith("C2 Compiler")) {
                    ids.add(thread.getFileName().toString());
                }
            }
        }
        return ids;
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            return ""; // It has ended.
        }
    }
}
