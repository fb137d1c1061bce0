package dev.alwayson.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Where all files of a comparison are. It goes when this process ends, however that comes. */
final class Folder {

    private static final int END_SECONDS = 10;

    private Folder() {}

    /**
     * Made now; removed at the end of this process, which interrupts the thread that calls this and
     * ends its children first.
     */
    static Path untilTheEnd() throws IOException {
        Path folder = Files.createTempDirectory("alwayson-bench");
        Thread user = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> tidy(folder, user)));
        return folder;
    }

    /** Begins with who could start one more child, or write one more file. */
    private static void tidy(Path folder, Thread user) {
        user.interrupt();
        try {
            user.join(Duration.ofSeconds(END_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
        children.forEach(ProcessHandle::destroy);
        CompletableFuture.allOf(
                        children.stream()
                                .map(ProcessHandle::onExit)
                                .toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS)
                .join();
        children.forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            System.err.println(folder + ": cannot be removed: " + e);
        }
    }
}
