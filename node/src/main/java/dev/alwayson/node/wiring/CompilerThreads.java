package dev.alwayson.node.wiring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's compilers, which take their time from the traffic where both want the same core. At the
 * start they may: what they make pays at once. Later what is left for them to do is not urgent, and
 * they give way (setpriority(2)).
 */
final class CompilerThreads {

    private static final long WARM_SECONDS = 10;

    /** How much nicer than the process. */
    private static final int NICER = 10;

    private static final int NICEST = 19;

    /** Among the fields of /proc/PID/stat behind the name: proc_pid_stat(5). */
    private static final int NICE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);

    private CompilerThreads() {}

    /** Returns at once. */
    static void giveWayOnceWarm() {
        CompletableFuture.delayedExecutor(WARM_SECONDS, TimeUnit.SECONDS)
                .execute(CompilerThreads::giveWay);
    }

    /** Also those that these begin later. Without renice(1) nothing changes. */
    static void giveWay() {
        try {
            int nice = Math.min(NICEST, ofProcess() + NICER);
            List<String> command = new ArrayList<>(List.of("renice", "-n", "" + nice, "-p"));
            command.addAll(ids());
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.debug("the JVM's compilers keep their priority", e);
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
                if (name(thread).matches("C[12] Compiler.*\\s")) {
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
