package dev.alwayson.node.admin;

import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.control.Operator;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.time.Clock;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The node as its admin server shows and operates it. All of it is safe for use by any thread.
 *
 * @param file the configuration file
 * @param notReady why the node is not ready; empty while it is
 * @param parts what /health looks at
 * @param metrics what /metrics collects
 */
public record ShownNode(
        String name,
        String version,
        Path file,
        Instant started,
        Clock clock,
        Operator operator,
        Traffic traffic,
        Journal journal,
        Supplier<Optional<String>> notReady,
        List<HealthPart> parts,
        List<MultiCollector> metrics) {

    public ShownNode {
        parts = List.copyOf(parts);
        metrics = List.copyOf(metrics);
    }
}
