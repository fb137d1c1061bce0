package dev.alwayson.cli;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.node.wiring.DataPath;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A data path that carries what the test says. Each question about connections ends one. */
final class CountedPath implements DataPath {

    final AtomicInteger connections = new AtomicInteger();
    volatile boolean draining;

    @Override
    public int connections(ServerId server) {
        return draining ? connections.getAndUpdate(n -> Math.max(0, n - 1)) : connections.get();
    }

    @Override
    public int queued(String backend) {
        return 0;
    }

    @Override
    public int clients(String frontend) {
        return 4;
    }

    @Override
    public List<String> bound(String frontend) {
        return List.of("127.0.0.1:8080");
    }

    @Override
    public List<String> prepare(Configuration configuration) {
        return List.of();
    }

    @Override
    public void apply(Snapshot snapshot) {}

    @Override
    public void announceStop() {}

    @Override
    public void stopAccepting() {}

    @Override
    public boolean awaitIdle(Duration atMost) {
        return true;
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
    public void close() {}
}
