package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.RetryBudget;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.proxy.log.AccessLogFile;
import dev.alwayson.node.proxy.log.AccessLogWriter;
import dev.alwayson.node.proxy.traffic.PassiveResults;
import dev.alwayson.node.proxy.traffic.TrafficMetrics;
import dev.alwayson.node.shortage.Shortage;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path of a node: listens for the frontends of the newest snapshot and carries their
 * traffic to the servers that it names.
 *
 * <p>{@link #prepare}, {@link #apply}, {@link #stopAccepting} and {@link #close} are called by one
 * thread at a time; what {@link Traffic} answers, by any.
 */
public final class Proxy implements Traffic, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DescriptorShares shares;
    private final SeldomSaid unexpected = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    private final SeldomSaid shortage = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    private final SeldomSaid memoryShort = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    final IdleConnections idleConnections;
    final Connections connections = new Connections();

    /** How long a loop that is busy is waited for; it takes over the snapshot later then. */
    private static final int ADOPT_SECONDS = 5;

    private final Transport transport = Transport.available();
    final BufferMemory memory;
    private final EventLoopGroup loops;
    private final List<Worker> workers = new ArrayList<>();
    final Names names;
    private final TrafficMetrics traffic = new TrafficMetrics();
    private final AccessLogWriter accessLog = new AccessLogWriter();
    private final Map<String, FrontendPlan> frontendPlans = new HashMap<>();
    private final Map<HostAndPort, Listener> listeners = new LinkedHashMap<>();
    private final GivenUp givenUp = new GivenUp();
    private final Map<ServerId, ServerLoad> loads = new ConcurrentHashMap<>();
    private final Map<String, BackendLoad> backendLoads = new ConcurrentHashMap<>();
    private final Map<String, RetryBudget> budgets = new HashMap<>();
    private final Places clientPlaces = new Places();
    private final Map<String, FrontendClients> clients = new ConcurrentHashMap<>();

    /** By backend; read by the loops, so that a changed body counts without a new snapshot. */
    private final Map<String, AtomicReference<Optional<FixedAnswer>>> fixedAnswers =
            new HashMap<>();

    private final Map<String, BackendPlan> plans = new HashMap<>();

    /** That the newest plan is of; null before the first one. */
    private @Nullable Configuration planned;

    private volatile Map<String, List<String>> bound = Map.of();
    private final PassiveResults passiveResults = new PassiveResults(traffic);

    /** Where the servers are that may be ejected. */
    private volatile Map<ServerId, HostAndPort> watched = Map.of();

    /**
     * @param loopCount event loops, 1 to 1024; one for each core is usual
     * @param seed for the policies that choose at random
     * @param descriptors how many files and sockets the process may have open
     */
    public Proxy(int loopCount, long seed, long descriptors) {
        this(
                loopCount,
                seed,
                InetAddress::getAllByName,
                DescriptorShares.of(descriptors),
                BufferMemory.ofProcess());
    }

    Proxy(
            int loopCount,
            long seed,
            Names.Lookup lookup,
            DescriptorShares shares,
            BufferMemory memory) {
        this.shares = shares;
        this.memory = memory;
        idleConnections = new IdleConnections(shares.idle());
        names = new Names(lookup);
        Shortage.load();
        loops = new MultiThreadIoEventLoopGroup(loopCount, transport.ioHandlers());
        for (int i = 0; i < loopCount; i++) {
            workers.add(new Worker(this, loops.next(), i, seed + i));
        }
        workers.forEach(worker -> worker.start(workers));
    }

    /**
     * Makes ready what the configuration needs and what can fail: binds the addresses that are not
     * bound yet, reads the bodies of fixed answers. Nothing is accepted there before {@link
     * #apply}.
     *
     * @return the problems, a sentence each; if there are any, nothing has changed
     */
    public List<String> prepare(Configuration configuration) {
        if (!transport.sharesPorts()) {
            awaitClosed();
        }
        List<String> problems = new ArrayList<>();
        Map<HostAndPort, Listener> opened = new LinkedHashMap<>();
        for (Map.Entry<String, Frontend> frontend : configuration.frontends().entrySet()) {
            for (HostAndPort address : frontend.getValue().bind()) {
                if (!listeners.containsKey(address)) {
                    open(address, frontend.getKey(), opened, problems);
                }
            }
            frontend.getValue()
                    .accessLog()
                    .ifPresent(log -> openLog(frontend.getKey(), log, problems));
        }
        Map<String, FixedAnswer> answers = new HashMap<>();
        for (Map.Entry<String, Backend> backend : configuration.backends().entrySet()) {
            readFixedAnswer(backend.getKey(), backend.getValue(), answers, problems);
        }
        if (problems.isEmpty()) {
            listeners.putAll(opened);
            forgetGone(configuration);
            for (String backend : configuration.backends().keySet()) {
                fixedAnswer(backend).set(Optional.ofNullable(answers.get(backend)));
            }
            accessLog.reopen();
        } else {
            Listener.close(opened.values());
        }
        return problems;
    }

    /** Forgets what neither runs nor is to run, once nothing is left of it. */
    private void forgetGone(Configuration next) {
        Set<String> kept = new HashSet<>(plans.keySet());
        kept.addAll(next.backends().keySet());
        fixedAnswers.keySet().retainAll(kept);
        budgets.keySet().retainAll(kept);
        backendLoads
                .entrySet()
                .removeIf(one -> !kept.contains(one.getKey()) && one.getValue().atRest());
        Set<ServerId> servers = new HashSet<>();
        plans.values().forEach(plan -> plan.loads().forEach(load -> servers.add(load.id)));
        next.backends()
                .forEach((name, backend) ->
                        backend.servers()
                                .keySet()
                                .forEach(server -> servers.add(new ServerId(name, server))));
        loads.values().removeIf(load -> !servers.contains(load.id) && load.active() == 0);
        clients.entrySet()
                .removeIf(one ->
                        !frontendPlans.containsKey(one.getKey())
                                && !next.frontends().containsKey(one.getKey())
                                && one.getValue().open() == 0);
        accessLog.retain(
                next.frontends().values().stream()
                        .flatMap(frontend -> frontend.accessLog().stream())
                        .map(AccessLog::file)
                        .toList());
    }

    /** An address that was just given up may be wanted again. */
    private void awaitClosed() {
        try {
            givenUp.await(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void open(
            HostAndPort address,
            String frontend,
            Map<HostAndPort, Listener> opened,
            List<String> problems) {
        try {
            boolean shared =
                    address.port() != 0
                            && (givenUp.holds(address.port())
                                    || listeners.keySet().stream()
                                            .anyMatch(at -> at.port() == address.port()));
            opened.put(address, Listener.open(address, frontend, transport, workers, shared));
        } catch (IOException e) {
            problems.add("frontend " + frontend + ": " + e.getMessage());
        }
    }

    private void openLog(String frontend, AccessLog log, List<String> problems) {
        try {
            AccessLogFile file = accessLog.open(log.file());
            LOG.debug("frontend {}: writes {}", frontend, file.path());
        } catch (IOException e) {
            problems.add(
                    "frontend "
                            + frontend
                            + ": access-log: "
                            + log.file()
                            + ": cannot be written: "
                            + e.getMessage()
                            + "; create its folder, or give this user the right to write there");
        }
    }

    private static void readFixedAnswer(
            String name, Backend backend, Map<String, FixedAnswer> answers, List<String> problems) {
        Optional<WhenDown> fixed = backend.whenDown().filter(down -> down.backend().isEmpty());
        if (fixed.isPresent()) {
            try {
                answers.put(name, FixedAnswer.of(fixed.get()));
            } catch (IOException e) {
                problems.add(
                        "backend "
                                + name
                                + ": when-down: "
                                + fixed.get().bodyFile().map(Object::toString).orElse("")
                                + ": cannot be read: "
                                + e.getMessage());
            }
        }
    }

    /** Works from this snapshot from now on, whose configuration was prepared. */
    public void apply(Snapshot snapshot) {
        Plan plan = plan(snapshot);
        List<Future<?>> adopted = new ArrayList<>();
        for (Worker worker : workers) {
            adopted.add(worker.loop.submit(() -> worker.adopt(plan, this::clientsOf)));
        }
        for (Future<?> each : adopted) {
            each.awaitUninterruptibly(ADOPT_SECONDS, TimeUnit.SECONDS);
            if (each.cause() != null) {
                LOG.error("An event loop did not take over the snapshot", each.cause());
            }
        }
        Map<HostAndPort, String> owners = new LinkedHashMap<>();
        snapshot.configuration()
                .frontends()
                .forEach((name, frontend) -> frontend.bind().forEach(at -> owners.put(at, name)));
        List<Listener> unused =
                listeners.values().stream()
                        // One that was prepared waits for the snapshot that names it.
                        .filter(Listener::accepting)
                        .filter(listener -> !owners.containsKey(listener.address()))
                        .toList();
        unused.forEach(listener -> listeners.remove(listener.address()));
        givenUp.add(unused);
        owners.forEach((address, owner) -> {
            Listener listener = listeners.get(address);
            if (listener != null) {
                listener.accept(owner);
            }
        });
        bound = boundAddresses();
    }

    /**
     * What came of the requests of servers that may be ejected since this was asked last: of those
     * of which some failed. Asked by one thread.
     */
    public List<ServerTries> passiveResults() {
        return passiveResults.since(watched);
    }

    @SuppressWarnings("ReferenceEquality") // What did not change is the same object.
    private Plan plan(Snapshot snapshot) {
        Configuration configuration = snapshot.configuration();
        Map<String, FrontendPlan> frontends = new HashMap<>();
        configuration
                .frontends()
                .forEach((name, frontend) -> frontends.put(name, frontendPlan(name, frontend)));
        frontendPlans.clear();
        frontendPlans.putAll(frontends);
        Map<String, BackendPlan> backends = new HashMap<>();
        for (BackendView view : snapshot.backends().values()) {
            BackendPlan known = plans.get(view.name());
            if (known == null || !known.view().backend().equals(view.backend())) {
                backends.put(view.name(), backendPlan(view));
            } else {
                backends.put(view.name(), known.view() == view ? known : known.with(view));
            }
        }
        plans.clear();
        plans.putAll(backends);
        if (configuration != planned) {
            remember(snapshot);
            planned = configuration;
        }
        return new Plan(
                frontends,
                backends,
                givenUp.frontends(),
                configuration.shutdown().timeout().toNanos());
    }

    /** The servers that there are, and of them those that may be ejected. */
    private void remember(Snapshot snapshot) {
        Set<HostAndPort> used = new HashSet<>();
        Map<ServerId, HostAndPort> mayBeEjected = new HashMap<>();
        for (BackendView view : snapshot.backends().values()) {
            for (ServerView server : view.servers()) {
                used.add(server.server().address());
                if (view.backend().eject().isPresent()) {
                    mayBeEjected.put(server.id(), server.server().address());
                }
            }
        }
        names.retain(used);
        watched = Map.copyOf(mayBeEjected);
    }

    private FrontendPlan frontendPlan(String name, Frontend frontend) {
        FrontendPlan known = frontendPlans.get(name);
        return known != null && known.frontend().equals(frontend)
                ? known
                : FrontendPlan.of(name, frontend, frontend.accessLog().map(this::logFile));
    }

    private AccessLogFile logFile(AccessLog log) {
        try {
            return accessLog.open(log.file());
        } catch (IOException e) {
            throw new UncheckedIOException(log.file() + ": was open when prepared", e);
        }
    }

    private BackendPlan backendPlan(BackendView view) {
        Map<String, ServerLoad> serverLoads = new HashMap<>();
        Map<HostAndPort, ServerAddress> addresses = new HashMap<>();
        for (ServerView server : view.servers()) {
            serverLoads.put(
                    server.id().server(), loads.computeIfAbsent(server.id(), ServerLoad::new));
            HostAndPort address = server.server().address();
            addresses.put(address, names.address(address));
        }
        return BackendPlan.of(
                view,
                serverLoads,
                addresses,
                backendLoads.computeIfAbsent(view.name(), name -> new BackendLoad()),
                budgets.computeIfAbsent(view.name(), name -> new RetryBudget(workers.size())),
                fixedAnswer(view.name()));
    }

    private AtomicReference<Optional<FixedAnswer>> fixedAnswer(String backend) {
        return fixedAnswers.computeIfAbsent(
                backend, name -> new AtomicReference<>(Optional.empty()));
    }

    private FrontendClients clientsOf(String frontend) {
        return clients.computeIfAbsent(
                frontend, name -> new FrontendClients(name, clientPlaces, shares.clients()));
    }

    private Map<String, List<String>> boundAddresses() {
        Map<String, List<String>> addresses = new HashMap<>();
        for (Listener listener : listeners.values()) {
            addresses
                    .computeIfAbsent(listener.frontend(), name -> new ArrayList<>())
                    .add(listener.bound());
        }
        return addresses;
    }

    /** From now on every answer tells its client that the connection ends. For any thread. */
    public void announceStop() {
        for (Worker worker : workers) {
            worker.loop.execute(worker::announceStop);
        }
    }

    /**
     * Lets no connection begin any more; those that have are still accepted, and end with the
     * request that runs. Returns at once.
     */
    public void stopAccepting() {
        givenUp.add(List.copyOf(listeners.values()));
        listeners.clear();
        for (Worker worker : workers) {
            worker.loop.execute(worker::drain);
        }
    }

    /**
     * Waits until every listener that was given up is closed, and nothing runs any more.
     *
     * @param time for what runs; listeners take a second, whatever it is
     * @return whether that came within the time
     */
    public boolean awaitIdle(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        givenUp.await(CLOSE_WAIT);
        while (connections.clients.get() > 0) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /** Client connections in all. */
    public int clients() {
        return connections.clients.get();
    }

    /** Closes everything at once. */
    @Override
    public void close() {
        Listener.close(listeners.values());
        listeners.clear();
        givenUp.cut();
        awaitClosed();
        names.close();
        for (Worker worker : workers) {
            worker.loop.submit(worker::cut).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        accessLog.close();
    }

    /** What was counted, for {@code /metrics}. Safe for use by any thread. */
    public List<MultiCollector> metrics() {
        return List.of(
                traffic,
                new AccessLogMetrics(accessLog),
                new ClientMetrics(clients),
                new BufferMetrics(memory));
    }

    /** How many connections of clients there may be in all. */
    public int mostClients() {
        return shares.clients();
    }

    /** Says, once in a while, that clients were closed for want of memory. By any loop. */
    void toldOfMemory(int closed, long nowNanos) {
        if (memoryShort.say(nowNanos) != SeldomSaid.NOT_NOW) {
            LOG.warn(
                    "Buffers hold more than {} MiB: clients that moved nothing for the longest are"
                            + " closed, {} for a beginning (alwayson_client_connections_cut_total);"
                            + " for more memory set -XX:MaxDirectMemorySize in"
                            + " ALWAYSON_JAVA_OPTIONS",
                    memory.limitBytes() >> 20,
                    closed);
        }
    }

    /** Says, once in a while, that no connection could be made to a server. By any loop. */
    void lacks(Shortage lacking, InetSocketAddress to) {
        if (shortage.say(System.nanoTime()) != SeldomSaid.NOT_NOW) {
            LOG.warn(
                    "{}: no connection can be made, which says nothing about the server: {};"
                            + " requests are tried on others; {}",
                    Addresses.text(to),
                    lacking.words(),
                    lacking.advice());
        }
    }

    /** Something happened that no rule foresees; once in a while it is told. By any loop. */
    void unexpected(Throwable cause) {
        long more = unexpected.say(System.nanoTime());
        if (more != SeldomSaid.NOT_NOW) {
            LOG.error(
                    "A connection was closed for a failure inside the proxy{}",
                    more == 0 ? "" : "; " + more + " more since the last of these lines",
                    cause);
        }
    }

    TrafficMetrics traffic() {
        return traffic;
    }

    /** Whether every event loop goes round. Safe for use by any thread. */
    public boolean loopsAlive() {
        long now = System.nanoTime();
        return workers.stream().allMatch(worker -> worker.alive(now));
    }

    Transport transport() {
        return transport;
    }

    ByteBufAllocator allocator() {
        return memory.allocator();
    }

    @Override
    public int connections(ServerId server) {
        ServerLoad load = loads.get(server);
        return load == null ? 0 : load.active();
    }

    @Override
    public int queued(String backend) {
        BackendLoad load = backendLoads.get(backend);
        return load == null ? 0 : load.waiting();
    }

    @Override
    public int clients(String frontend) {
        FrontendClients known = clients.get(frontend);
        return known == null ? 0 : known.open();
    }

    @Override
    public List<String> bound(String frontend) {
        return List.copyOf(bound.getOrDefault(frontend, List.of()));
    }
}
