package dev.alwayson.node.wiring;

import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.RuntimeStore;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves runtime changes on a thread of its own. While one save runs, only the newest of those asked
 * for waits: it holds all before it. Safe for use by several threads.
 */
final class RuntimeSaver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeSaver.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final RuntimeStore store;
    private final Consumer<Input.RuntimeSaved> sink;
    private final AtomicReference<@Nullable RuntimeChanges> newest = new AtomicReference<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("runtime-saver").factory());

    RuntimeSaver(RuntimeStore store, Consumer<Input.RuntimeSaved> sink) {
        this.store = store;
        this.sink = sink;
    }

    void save(RuntimeChanges changes) {
        if (newest.getAndSet(changes) == null) {
            thread.execute(this::saveNewest);
        }
    }

    private void saveNewest() {
        RuntimeChanges changes = newest.getAndSet(null);
        if (changes != null) {
            sink.accept(new Input.RuntimeSaved(changes.version(), problem(changes)));
        }
    }

    private Optional<String> problem(RuntimeChanges changes) {
        try {
            store.save(changes);
            return Optional.empty();
        } catch (IOException e) {
            String reason = FileFault.words(e);
            LOG.error("Runtime changes are not stored, a restart forgets them: {}", reason);
            return Optional.of(reason);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Runtime changes are still being stored after {}", CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
