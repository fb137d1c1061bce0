package dev.alwayson.node.admin;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Effect.Outcome;
import dev.alwayson.core.control.Operator;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node with one frontend and the backend shop of web1 and web2, of which web1 is healthy; 3
 * requests run on each, and 4 clients are connected. A reload finds {@link #problems}, or ends with
 * {@link #error}; a command fails with {@link #failure}.
 */
final class ShopNode implements Operator, Traffic {

    static final Instant SINCE = Instant.parse("2026-03-01T12:00:00Z");

    volatile List<String> problems = List.of();
    volatile Optional<Error> error = Optional.empty();
    volatile Optional<String> notStored = Optional.empty();
    volatile Optional<String> failure = Optional.empty();
    volatile Optional<Duration> lastCheck = Optional.of(Duration.ofMillis(5));
    final AtomicInteger reloads = new AtomicInteger();
    private volatile RuntimeChanges changes =
            RuntimeChanges.NONE.with(new ServerId("shop", "web9"), ServerState.DRAIN);

    /** Whether commands have not ended when their time is over. */
    volatile boolean underWay;

    /** How long somebody waited for such a command. */
    volatile Duration awaited = Duration.ZERO;

    @Override
    public CompletableFuture<Outcome> setServerState(
            ServerId server, ServerState state, String by) {
        if (!server.backend().equals("shop") || !server.server().startsWith("web")) {
            return CompletableFuture.completedFuture(
                    new Outcome.Unknown(server.toString(), "shop/web1"));
        }
        changes = changes.with(server, state);
        if (underWay) {
            return new UnderWay();
        }
        if (failure.isPresent()) {
            return CompletableFuture.failedFuture(new IllegalStateException(failure.get()));
        }
        return CompletableFuture.completedFuture(
                notStored.<Outcome>map(Outcome.NotStored::new).orElseGet(Outcome.Done::new));
    }

    @Override
    public List<String> reload(String by) {
        reloads.getAndIncrement();
        error.ifPresent(thrown -> {
            throw thrown;
        });
        return problems;
    }

    @Override
    public Snapshot snapshot() {
        Server server = Server.at(new HostAndPort("10.0.0.1", 80));
        Backend backend = Backend.of(Map.of("web1", server));
        Configuration configuration =
                new Configuration(
                        Optional.of("lb1"),
                        Path.of("data"),
                        Admin.STANDARD,
                        Map.of("web", Frontend.http(new HostAndPort("", 8080), "shop")),
                        Map.of("shop", backend),
                        Shutdown.STANDARD);
        BackendView shop =
                new BackendView(
                        "shop",
                        backend,
                        List.of(
                                view("web1", Health.HEALTHY, Standing.SERVING, server),
                                view("web2", Health.UNHEALTHY, Standing.DOWN, server)),
                        List.of(0),
                        Availability.DEGRADED,
                        false);
        return new Snapshot(1, configuration, Map.of("shop", shop), changes, true);
    }

    private ServerView view(String name, Health health, Standing standing, Server server) {
        ServerId id = new ServerId("shop", name);
        return new ServerView(
                id,
                server,
                health,
                changes.state(id),
                standing,
                1000,
                "status 200",
                SINCE,
                Optional.empty());
    }

    Optional<Duration> lastCheck(Target target) {
        return lastCheck;
    }

    @Override
    public int connections(ServerId server) {
        return 3;
    }

    @Override
    public int queued(String backend) {
        return 2;
    }

    @Override
    public int clients(String frontend) {
        return 4;
    }

    @Override
    public List<String> bound(String frontend) {
        return List.of("0.0.0.0:8080");
    }

    /** A command that has not ended whenever one stops waiting for it. */
    private final class UnderWay extends CompletableFuture<Outcome> {

        @Override
        public Outcome get(long timeout, TimeUnit unit) throws TimeoutException {
            awaited = Duration.of(timeout, unit.toChronoUnit());
            throw new TimeoutException();
        }
    }
}
