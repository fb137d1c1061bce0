package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.control.State;
import dev.alwayson.core.control.Step;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import io.netty.channel.IoHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A proxy of the tests, driven by the real control loop; the results of health checks are what the
 * test says. One frontend, {@code web}, on a free port.
 */
final class Rig implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** As if its configuration had been read from there. */
    static final Path FILE = Path.of("alwayson.yaml");

    /** What names resolve to. */
    final Map<String, InetAddress> hosts = new ConcurrentHashMap<>();

    final Proxy proxy;
    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private final Map<Target, Long> rounds = new HashMap<>();
    private State state = Control.start("test", "0", 0, HybridTime.ZERO, RuntimeChanges.NONE, 7);
    private Frontend frontend = Frontend.http(new HostAndPort("127.0.0.1", 0), "app");
    private boolean frontendConfigured = true;
    private Shutdown shutdown = Shutdown.STANDARD;

    private Rig(DescriptorShares shares, BufferMemory memory, IoHandlerFactory ioHandlers) {
        proxy = new Proxy(2, 7, this::find, shares, memory, ioHandlers);
    }

    /** A rig with one backend, {@code app}, of these servers, without health checks. */
    static Rig of(RawServer... servers) {
        return of(backend -> backend, servers);
    }

    static Rig of(UnaryOperator<Backend> settings, RawServer... servers) {
        return of(new DescriptorShares(10_000, 1_000), settings, servers);
    }

    static Rig of(DescriptorShares shares, UnaryOperator<Backend> settings, RawServer... servers) {
        return of(shares, BufferMemory.ofProcess(), settings, servers);
    }

    static Rig of(
            DescriptorShares shares,
            BufferMemory memory,
            UnaryOperator<Backend> settings,
            RawServer... servers) {
        return of(new Rig(shares, memory, Transport.available().ioHandlers()), settings, servers);
    }

    static Rig of(Refusing sockets, UnaryOperator<Backend> settings, RawServer... servers) {
        DescriptorShares shares = new DescriptorShares(10_000, 1_000);
        Rig rig = new Rig(shares, BufferMemory.ofProcess(), sockets.factory());
        return of(rig, settings, servers);
    }

    private static Rig of(Rig rig, UnaryOperator<Backend> settings, RawServer... servers) {
        Map<String, Server> named = new LinkedHashMap<>();
        for (RawServer server : servers) {
            named.put("s" + (named.size() + 1), Server.at(server.address()));
        }
        rig.backends.put("app", settings.apply(Settings.unchecked(Backend.of(named))));
        return rig.load();
    }

    private InetAddress[] find(String host) throws UnknownHostException {
        InetAddress address = hosts.get(host);
        if (address == null) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {address};
    }

    Rig backend(String name, Backend backend) {
        backends.put(name, backend);
        return this;
    }

    Backend backend(String name) {
        return requireNonNull(backends.get(name), name);
    }

    /** Closed at once: for what it made of its servers. */
    Rig closing() {
        close();
        return this;
    }

    Rig frontend(UnaryOperator<Frontend> settings) {
        frontend = settings.apply(frontend);
        frontendConfigured = true;
        return this;
    }

    Rig withoutBackend(String name) {
        backends.remove(name);
        return this;
    }

    Rig withoutFrontend() {
        frontendConfigured = false;
        return this;
    }

    /** How long what runs has when its frontend is removed. */
    Rig timeout(Duration timeout) {
        shutdown = new Shutdown(shutdown.unreadyTime(), timeout);
        return this;
    }

    /** Applies what was said so far, as a start or a reload does. */
    Rig load() {
        assertThat(problems()).isEmpty();
        return tell(new Input.ConfigurationLoaded(configuration(), "test"));
    }

    /** Applies a change in any case: what runs has a second more when its frontend is removed. */
    Rig loadChanged() {
        return timeout(shutdown.timeout().plusSeconds(1)).load();
    }

    /** What keeps it from being applied. */
    List<String> problems() {
        return proxy.prepare(FILE, configuration());
    }

    private Configuration configuration() {
        return new Configuration(
                Optional.empty(),
                Path.of("data"),
                Admin.STANDARD,
                frontendConfigured ? Map.of("web", frontend) : Map.of(),
                backends,
                shutdown);
    }

    /** A server's checks say so as often as it takes to be believed. */
    Rig health(HostAndPort address, boolean healthy) {
        for (int i = 0; i < 5; i++) {
            ProbeResult result = new ProbeResult(healthy, "told", Duration.ofMillis(1));
            Map.copyOf(rounds)
                    .forEach((target, round) -> {
                        if (target.address().equals(address)) {
                            tell(new Input.Probed(target, round, result));
                        }
                    });
        }
        return this;
    }

    Rig state(String server, ServerState wanted) {
        return tell(new Input.SetServerState(1, new ServerId("app", server), wanted, "test"));
    }

    /** What came of requests is told, as it is once a second. */
    Rig tellTries() {
        return tell(new Input.Tried(proxy.passiveResults()));
    }

    /** What is due by now is done. */
    Rig wake() {
        return tell(new Input.Woken());
    }

    ServerView view(String server) {
        return requireNonNull(snapshot().backends().get("app")).servers().stream()
                .filter(view -> view.id().server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    /** The newest. */
    Snapshot snapshot() {
        return state.snapshot().orElseThrow();
    }

    private Rig tell(Input input) {
        Step step = Control.step(state, input, new Moment(System.nanoTime(), Instant.now()));
        state = step.state();
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.Publish publish) {
                apply(publish.snapshot());
            } else if (effect instanceof Effect.Probe probe) {
                rounds.put(probe.target(), probe.round());
            }
        }
        return this;
    }

    private void apply(Snapshot snapshot) {
        proxy.apply(snapshot);
    }

    int port() {
        return HostAndPort.parse(proxy.bound("web").getFirst()).port();
    }

    RawClient client() throws IOException {
        return new RawClient(port());
    }

    /** Waits, generously, for something that happens on another thread. */
    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Nothing that a client or a server left behind is still open. */
    void assertNothingLeft() {
        Connections open = proxy.connections;
        eventually("every client closed", () -> open.clients.get() == 0);
        eventually("every exchange ended", () -> open.exchanges.get() == 0);
        eventually("every held buffer released", () -> open.heldBuffers.get() == 0);
        eventually(
                "no place taken",
                () ->
                        backend("app").servers().keySet().stream()
                                .allMatch(s -> proxy.connections(new ServerId("app", s)) == 0));
        eventually("every server connection idle", () -> open.servers.get() == proxy.room().idle());
    }

    @Override
    public void close() {
        proxy.close();
        assertThat(proxy.connections.servers.get()).as("server connections").isZero();
        assertThat(proxy.connections.clients.get()).as("client connections").isZero();
        assertThat(proxy.room().taken()).as("places of connections").isZero();
    }
}
