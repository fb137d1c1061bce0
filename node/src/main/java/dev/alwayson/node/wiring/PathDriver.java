package dev.alwayson.node.wiring;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the data path from one thread, so that binding an address or reading a file never makes
 * the control loop wait. Of the snapshots that wait, only the newest is applied, and from one to
 * the next {@link #SHORTEST_PAUSE} passes, unless somebody waits for it: while thousands of servers
 * are found healthy one by one, the event loops are not told of each. One that could not be applied
 * is tried again every {@link #TRY_AGAIN}, until it can be or a newer one takes its place. Safe for
 * use by several threads.
 */
final class PathDriver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PathDriver.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final String NOT_TAKEN_OVER =
            "the data path could not take over the newest state";
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

    private final DataPath path;
    private final AtomicReference<@Nullable Snapshot> newest = new AtomicReference<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("path-driver").factory());

    /** Before this, by {@link System#nanoTime}, no snapshot is applied for which nobody waits. */
    private volatile long notBefore = System.nanoTime();

    /** See {@link #applied()}; written by the driver's thread alone. */
    private volatile @Nullable Snapshot applied;

    /** See {@link #problem()}; written by the driver's thread alone. */
    private volatile @Nullable String problem;

    PathDriver(DataPath path) {
        this.path = path;
        long again = TRY_AGAIN.toNanos();
        thread.scheduleWithFixedDelay(this::tryAgain, again, again, NANOSECONDS);
    }

    List<String> prepare(Path file, Configuration configuration) throws InterruptedException {
        return call(() -> path.prepare(file, configuration));
    }

    /** Returns at once. */
    void apply(Snapshot snapshot) {
        if (newest.getAndSet(snapshot) == null) {
            thread.schedule(this::applyNewest, notBefore - System.nanoTime(), NANOSECONDS);
        }
    }

    /** What traffic goes by: the newest snapshot that was applied; empty before the first. */
    Optional<Snapshot> applied() {
        return Optional.ofNullable(applied);
    }

    /** Why traffic does not flow by the newest snapshot that was tried; empty if it does. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** The {@link #problem()}, and what is done about it by a node that serves. */
    Optional<String> problemInService() {
        return problem().map(why -> why + "; tried again every second");
    }

    /** Waits until every snapshot so far is applied, or {@link #problem} says why it is not. */
    void settle() throws InterruptedException {
        call(() -> true);
    }

    /** Done when every snapshot so far is applied; failed if one could not be. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.runAsync(
                () -> {
                    applyNewest();
                    Optional<String> why = problemInService();
                    if (why.isPresent()) {
                        throw new IllegalStateException(why.get());
                    }
                },
                thread);
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

    private void tryAgain() {
        try {
            if (newest.get() != null) {
                applyNewest();
            }
        } catch (Throwable e) { // Thrown on, it would end the trying.
            problem = NOT_TAKEN_OVER;
        }
    }

    private void applyNewest() {
        notBefore = System.nanoTime() + SHORTEST_PAUSE.toNanos();
        Snapshot snapshot = newest.getAndSet(null);
        if (snapshot == null) {
            return;
        }
        try {
            path.apply(snapshot);
            applied = snapshot;
            if (problem != null) {
                problem = null;
                LOG.info("The data path has the newest state again");
            }
        } catch (Throwable e) { // An Error, too, would get lost in the executor.
            newest.compareAndSet(null, snapshot);
            failed(e);
        }
    }

    private void failed(Throwable e) {
        String why = NOT_TAKEN_OVER + ": " + e;
        if (!why.equals(problem)) {
            problem = why;
            LOG.error("The data path could not apply a snapshot; trying again", e);
        }
    }

    private <T> T call(Supplier<T> task) throws InterruptedException {
        try {
            Supplier<T> afterNewest =
                    () -> {
                        applyNewest();
                        return task.get();
                    };
            return CompletableFuture.supplyAsync(afterNewest, thread).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the data path failed: " + e.getCause(), e);
        }
    }
}
