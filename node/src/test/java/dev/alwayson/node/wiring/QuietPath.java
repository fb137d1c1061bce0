package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A data path that nobody sends anything through. It is idle when the test says so. */
final class QuietPath implements DataPath {

    final AtomicReference<@Nullable Snapshot> applied = new AtomicReference<>();
    final AtomicInteger applications = new AtomicInteger();
    final CountDownLatch accepting = new CountDownLatch(1);
    final CountDownLatch busy = new CountDownLatch(1);
    volatile List<String> problems = List.of();
    volatile @Nullable String failure;
    volatile boolean closed;
    volatile boolean stopFails;

    @Override
    public List<String> prepare(Path file, Configuration configuration) {
        return problems;
    }

    @Override
    public void apply(Snapshot snapshot) {
        applications.getAndIncrement();
        String why = failure;
        if (why != null) {
            throw new IllegalArgumentException(why);
        }
        applied.set(snapshot);
    }

    @Override
    public void announceStop() {}

    @Override
    public void stopAccepting() {
        if (stopFails) {
            throw new IllegalStateException("told");
        }
        accepting.countDown();
    }

    @Override
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        return busy.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public int clients() {
        return (int) busy.getCount();
    }

    @Override
    public boolean loopsAlive() {
        return true;
    }

    @Override
    public List<MultiCollector> metrics() {
        return List.of();
    }

    @Override
    public List<ServerTries> passiveResults() {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public int connections(ServerId server) {
        return 0;
    }

    @Override
    public int queued(String backend) {
        return 0;
    }

    @Override
    public int clients(String frontend) {
        return 0;
    }

    @Override
    public List<String> bound(String frontend) {
        return List.of();
    }
}
