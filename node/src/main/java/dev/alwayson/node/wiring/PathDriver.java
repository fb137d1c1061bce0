package dev.alwayson.node.wiring;

import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the data path from one thread, so that binding an address or reading a file never makes
 * the control loop wait. Of the snapshots that wait, only the newest is applied. Safe for use by
 * several threads.
 */
final class PathDriver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PathDriver.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final DataPath path;
    private final AtomicReference<@Nullable Snapshot> newest = new AtomicReference<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("path-driver").factory());

    PathDriver(DataPath path) {
        this.path = path;
    }

    List<String> prepare(Configuration configuration) throws InterruptedException {
        return call(() -> path.prepare(configuration));
    }

    /** Returns at once. */
    void apply(Snapshot snapshot) {
        if (newest.getAndSet(snapshot) == null) {
            thread.execute(this::applyNewest);
        }
    }

    /** Waits until every snapshot so far is applied. */
    void settle() throws InterruptedException {
        call(() -> true);
    }

    /** Done when every snapshot so far is applied. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.runAsync(() -> {}, thread);
    }

    void stopAccepting() throws InterruptedException {
        call(() -> {
            path.stopAccepting();
            return true;
        });
    }

    /** Closes the path, whatever its thread is doing. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A snapshot is still being applied after {}", CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        path.close();
    }

    private void applyNewest() {
        Snapshot snapshot = newest.getAndSet(null);
        try {
            if (snapshot != null) {
                path.apply(snapshot);
            }
        } catch (RuntimeException e) {
            LOG.error("The data path could not apply a snapshot", e);
        }
    }

    private <T> T call(Supplier<T> task) throws InterruptedException {
        try {
            return CompletableFuture.supplyAsync(task, thread).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the data path failed: " + e.getCause(), e);
        }
    }
}
