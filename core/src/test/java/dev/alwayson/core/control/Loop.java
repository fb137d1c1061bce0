package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control loop in a test's hand: time and every input are given by the test. */
final class Loop {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private State state;
    private Moment now = new Moment(0, START);
    private long command;

    /** Of the last input. */
    List<Effect> effects = List.of();

    /** The newest that was asked for. */
    long wake;

    final List<Event> events = new ArrayList<>();
    final Map<Target, Effect.Probe> probes = new LinkedHashMap<>();

    Loop() {
        this(RuntimeChanges.NONE);
    }

    Loop(RuntimeChanges stored) {
        state = Control.start("lb1", "0.1.0", 0, HybridTime.ZERO, stored, 1);
    }

    static Configuration of(Map<String, Backend> backends) {
        return new Configuration(
                Optional.empty(),
                Path.of("data"),
                Admin.STANDARD,
                Map.of(),
                backends,
                Shutdown.STANDARD);
    }

    /** The backend shop, of servers that are named by words like {@code web1}. */
    static Configuration shop(String... servers) {
        Map<String, Server> named = new LinkedHashMap<>();
        for (String server : servers) {
            named.put(server, Server.at(address(server)));
        }
        return of(Map.of("shop", Backend.of(named)));
    }

    static HostAndPort address(String server) {
        return new HostAndPort(server + ".example.com", 80);
    }

    Loop load(Configuration configuration) {
        return take(
                new Input.ConfigurationLoaded(
                        configuration, events.isEmpty() ? "start" : "SIGHUP"));
    }

    Loop take(Input input) {
        Step step = Control.step(state, input, now);
        state = step.state();
        effects = step.effects();
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Append(Event event) -> events.add(event);
                case Effect.Probe probe -> probes.put(probe.target(), probe);
                case Effect.WakeAt(long nanos) -> wake = nanos;
                case Effect.Publish _, Effect.SaveRuntime _, Effect.Answer _ -> {}
            }
        }
        return this;
    }

    Loop after(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    /** What the monotonic clock shows. */
    void at(long nanos) {
        now = new Moment(nanos, now.wall());
    }

    Moment now() {
        return now;
    }

    /** The outstanding probe of the server's address ends so. */
    Loop answers(String server, boolean success, String reason) {
        Effect.Probe probe = probe(server);
        ProbeResult result = new ProbeResult(success, reason, Duration.ZERO);
        return take(new Input.Probed(probe.target(), probe.round(), result));
    }

    Loop healthy(String... servers) {
        for (String server : servers) {
            answers(server, true, "connected");
        }
        return this;
    }

    Loop fails(String server) {
        return answers(server, false, "connection refused");
    }

    /** The newest outstanding probe of the server's address. */
    Effect.Probe probe(String server) {
        return probes.values().stream()
                .filter(probe -> probe.target().address().equals(address(server)))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    /** Gives the command's number. */
    long set(String server, ServerState wanted) {
        command++;
        take(new Input.SetServerState(command, new ServerId("shop", server), wanted, "operator"));
        return command;
    }

    Snapshot snapshot() {
        return state.snapshot().orElseThrow();
    }

    BackendView shop() {
        BackendView view = snapshot().backends().get("shop");
        if (view == null) {
            throw new AssertionError("the snapshot has no backend shop");
        }
        return view;
    }

    ServerView server(String name) {
        return shop().servers().stream()
                .filter(view -> view.id().server().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<String> candidates() {
        return shop().candidates().stream()
                .map(index -> shop().servers().get(index).id().server())
                .toList();
    }

    List<Happening> happenings() {
        return events.stream().map(Event::happening).toList();
    }

    Happening last() {
        return events.getLast().happening();
    }

    boolean published() {
        return effects.stream().anyMatch(effect -> effect instanceof Effect.Publish);
    }

    <E extends Effect> List<E> effects(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
