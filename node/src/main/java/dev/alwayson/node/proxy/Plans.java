package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.RetryBudget;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.proxy.log.AccessLogFile;
import dev.alwayson.node.proxy.log.AccessLogWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes snapshots ready for the event loops, and keeps what outlives one: what runs where, budgets,
 * limits, fixed answers. {@link #expect} and {@link #of} are called by one thread at a time; what
 * others ask, by any.
 */
final class Plans {

    private final Names names;
    private final AccessLogWriter accessLog;
    private final Room room;
    private final int loopCount;
    private final Map<String, FrontendPlan> frontendPlans = new HashMap<>();
    private final Map<String, BackendPlan> backendPlans = new HashMap<>();
    private final Map<ServerId, ServerLoad> loads = new ConcurrentHashMap<>();
    private final Map<String, BackendLoad> backendLoads = new ConcurrentHashMap<>();
    private final Map<String, RetryBudget> budgets = new HashMap<>();
    private final Map<String, FrontendClients> clients = new ConcurrentHashMap<>();

    /** By backend; read by the loops, so that a changed body counts without a new snapshot. */
    private final Map<String, AtomicReference<Optional<FixedAnswer>>> fixedAnswers =
            new HashMap<>();

    /** That the newest plan is of; null before the first one. */
    private @Nullable Configuration planned;

    private volatile Map<ServerId, HostAndPort> mayBeEjected = Map.of();

    /**
     * @param room for the clients of all frontends
     */
    Plans(Names names, AccessLogWriter accessLog, Room room, int loopCount) {
        this.names = names;
        this.accessLog = accessLog;
        this.room = room;
        this.loopCount = loopCount;
    }

    /**
     * Snapshots of this configuration are to come; what neither runs nor is in it is forgotten.
     *
     * @param answers by backend
     */
    void expect(Configuration next, Map<String, FixedAnswer> answers) {
        forgetGone(next);
        for (String backend : next.backends().keySet()) {
            fixedAnswer(backend).set(Optional.ofNullable(answers.get(backend)));
        }
    }

    private void forgetGone(Configuration next) {
        Set<String> kept = new HashSet<>(backendPlans.keySet());
        kept.addAll(next.backends().keySet());
        fixedAnswers.keySet().retainAll(kept);
        budgets.keySet().retainAll(kept);
        backendLoads
                .entrySet()
                .removeIf(one -> !kept.contains(one.getKey()) && one.getValue().atRest());
        Set<ServerId> servers = new HashSet<>();
        backendPlans.values().forEach(plan -> plan.loads().forEach(load -> servers.add(load.id)));
        next.backends()
                .forEach((name, backend) ->
                        backend.servers()
                                .keySet()
                                .forEach(server -> servers.add(new ServerId(name, server))));
        loads.values().removeIf(load -> !servers.contains(load.id) && load.active() == 0);
    }

    /**
     * @param stillReached see {@link Plan}
     */
    @SuppressWarnings("ReferenceEquality") // What did not change is the same object.
    Plan of(Snapshot snapshot, Set<String> stillReached) {
        Configuration configuration = snapshot.configuration();
        Map<String, FrontendPlan> frontends = new HashMap<>();
        configuration
                .frontends()
                .forEach((name, frontend) -> frontends.put(name, frontendPlan(name, frontend)));
        frontendPlans.clear();
        frontendPlans.putAll(frontends);
        Map<String, BackendPlan> backends = new HashMap<>();
        for (BackendView view : snapshot.backends().values()) {
            BackendPlan known = backendPlans.get(view.name());
            if (known == null || !known.view().backend().equals(view.backend())) {
                backends.put(view.name(), backendPlan(view));
            } else {
                backends.put(view.name(), known.view() == view ? known : known.with(view));
            }
        }
        backendPlans.clear();
        backendPlans.putAll(backends);
        if (configuration != planned) {
            remember(snapshot);
            planned = configuration;
        }
        return new Plan(
                frontends, backends, stillReached, configuration.shutdown().timeout().toNanos());
    }

    /** The servers that there are, and of them those that may be ejected. */
    private void remember(Snapshot snapshot) {
        Set<HostAndPort> used = new HashSet<>();
        Map<ServerId, HostAndPort> watched = new HashMap<>();
        for (BackendView view : snapshot.backends().values()) {
            for (ServerView server : view.servers()) {
                used.add(server.server().address());
                if (view.backend().eject().isPresent()) {
                    watched.put(server.id(), server.server().address());
                }
            }
        }
        names.retain(used);
        mayBeEjected = Map.copyOf(watched);
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
                backendLoads.computeIfAbsent(view.name(), name -> new BackendLoad(loopCount)),
                budgets.computeIfAbsent(view.name(), name -> new RetryBudget(loopCount)),
                fixedAnswer(view.name()));
    }

    private AtomicReference<Optional<FixedAnswer>> fixedAnswer(String backend) {
        return fixedAnswers.computeIfAbsent(
                backend, name -> new AtomicReference<>(Optional.empty()));
    }

    /** Those of a frontend that a loop has from now on, until {@link #letGo}. By any loop. */
    FrontendClients hold(String frontend) {
        return clients.compute(
                frontend,
                (name, known) -> {
                    FrontendClients held =
                            known == null ? new FrontendClients(name, room, loopCount) : known;
                    held.holders++;
                    return held;
                });
    }

    /** What no loop holds any more is forgotten. By any loop. */
    void letGo(String frontend) {
        clients.computeIfPresent(frontend, (_, held) -> --held.holders == 0 ? null : held);
    }

    /** By frontend. */
    Map<String, FrontendClients> clients() {
        return clients;
    }

    /** Where the servers are that may be ejected. */
    Map<ServerId, HostAndPort> mayBeEjected() {
        return mayBeEjected;
    }

    int connections(ServerId server) {
        ServerLoad load = loads.get(server);
        return load == null ? 0 : load.active();
    }

    int queued(String backend) {
        BackendLoad load = backendLoads.get(backend);
        return load == null ? 0 : load.waiting();
    }
}
