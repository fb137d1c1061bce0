package dev.alwayson.node.proxy;

import dev.alwayson.config.LogTarget;
import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.Traffic;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.FileFault;
import dev.alwayson.node.proxy.log.AccessLogFile;
import dev.alwayson.node.proxy.log.AccessLogWriter;
import dev.alwayson.node.proxy.traffic.PassiveResults;
import dev.alwayson.node.proxy.traffic.TrafficMetrics;
import dev.alwayson.node.shortage.SeldomSaid;
import dev.alwayson.node.shortage.Shortage;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Room room;
    private final SeldomSaid unexpected = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    private final SeldomSaid shortage = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    private final SeldomSaid memoryShort = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    final Connections connections = new Connections();

    /** How long a loop that is busy is waited for; it takes over the snapshot later then. */
    private static final int ADOPT_SECONDS = 5;

    private final Transport transport = Transport.available();
    final BufferMemory memory;
    private final EventLoopGroup loops;
    final List<Worker> workers = new ArrayList<>();
    final Names names;
    private final TrafficMetrics traffic = new TrafficMetrics();
    private final AccessLogWriter accessLog = new AccessLogWriter();
    private final Listeners listeners = new Listeners(transport, workers);
    private final Plans plans;
    private final PassiveResults passiveResults = new PassiveResults(traffic);

    /** The files that the newest configuration logs to that was prepared without a problem. */
    private List<Path> logs = List.of();

    /**
     * @param loopCount event loops, 1 to 1024; one for each core is usual
     * @param seed for the policies that choose at random
     * @param descriptors how many files and sockets the process may have open, less those of others
     *     who count theirs
     */
    public Proxy(int loopCount, long seed, long descriptors) {
        this(
                loopCount,
                seed,
                InetAddress::getAllByName,
                DescriptorShares.of(descriptors),
                BufferMemory.ofProcess(),
                Transport.available().ioHandlers());
    }

    Proxy(
            int loopCount,
            long seed,
            Names.Lookup lookup,
            DescriptorShares shares,
            BufferMemory memory,
            IoHandlerFactory ioHandlers) {
        room = new Room(shares);
        this.memory = memory;
        names = new Names(lookup);
        plans = new Plans(names, accessLog, room, loopCount);
        loops = new MultiThreadIoEventLoopGroup(loopCount, ioHandlers);
        for (int i = 0; i < loopCount; i++) {
            workers.add(new Worker(this, loops.next(), i, seed + i));
        }
        workers.forEach(worker -> worker.start(workers));
    }

    /** What keeps this process from having a proxy, for the operator. To be asked before. */
    public static Optional<String> problem() {
        return BufferMemory.ofProcess().problem();
    }

    /**
     * Makes ready what the configuration needs and what can fail: binds the addresses that are not
     * bound yet, reads the bodies of fixed answers. Nothing is accepted there before {@link
     * #apply}.
     *
     * @param file that the configuration was read from
     * @return the problems, a sentence each; if there are any, nothing has changed
     */
    public List<String> prepare(Path file, Configuration configuration) {
        List<String> problems = new ArrayList<>();
        Function<Path, Optional<String>> rule =
                accessLog.goBy(new LogTarget(file, configuration)::unfit);
        List<Listener> opened = listeners.open(configuration, problems);
        configuration
                .frontends()
                .forEach((name, frontend) ->
                        frontend.accessLog().ifPresent(log -> openLog(name, log, problems)));
        Map<String, FixedAnswer> answers = FixedAnswer.of(configuration, problems);
        if (problems.isEmpty()) {
            listeners.add(opened);
            plans.expect(configuration, answers);
            logs =
                    configuration.frontends().values().stream()
                            .flatMap(frontend -> frontend.accessLog().stream())
                            .map(AccessLog::file)
                            .toList();
            accessLog.reopen();
        } else {
            Listener.close(opened);
            accessLog.goBy(rule);
        }
        accessLog.retain(logs);
        return problems;
    }

    private void openLog(String frontend, AccessLog log, List<String> problems) {
        try {
            AccessLogFile file = accessLog.open(log.file());
            LOG.debug("frontend {}: writes {}", frontend, file.path());
        } catch (IOException e) {
            problems.add(
                    "frontend "
                            + frontend
                            + ": access-log: cannot be written: "
                            + FileFault.words(e)
                            + "; create its folder, or give this user the right to write there");
        }
    }

    /**
     * Works from this snapshot from now on, whose configuration was prepared.
     *
     * @throws IllegalStateException if an event loop goes on with the one before
     */
    public void apply(Snapshot snapshot) {
        Plan plan = plans.of(snapshot, listeners.stillReached());
        List<Future<?>> adopted = new ArrayList<>();
        for (Worker worker : workers) {
            adopted.add(worker.loop.submit(() -> worker.adopt(plan, plans)));
        }
        for (Future<?> each : adopted) {
            each.awaitUninterruptibly(ADOPT_SECONDS, TimeUnit.SECONDS);
        }
        listeners.serve(snapshot.configuration());
        for (Future<?> each : adopted) {
            if (!each.isSuccess()) {
                Throwable cause = each.cause();
                String why = cause == null ? "busy for " + ADOPT_SECONDS + " s" : cause.toString();
                throw new IllegalStateException("an event loop: " + why, cause);
            }
        }
    }

    /**
     * What came of the requests of servers that may be ejected since this was asked last: of those
     * of which some failed. Asked by one thread.
     */
    public List<ServerTries> passiveResults() {
        return passiveResults.since(plans.mayBeEjected());
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
        listeners.giveUp();
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
        listeners.awaitClosed();
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
        listeners.close();
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
                new ClientMetrics(plans.clients()),
                new BufferMetrics(memory),
                new SocketMetrics(room));
    }

    /** How many sockets there may be in all, of listeners, clients and servers. */
    public int mostSockets() {
        return room.sockets();
    }

    Room room() {
        return room;
    }

    /** Says, once in a while, that clients are closed for want of memory. By any loop. */
    void memoryShort() {
        if (memoryShort.say(System.nanoTime()).isPresent()) {
            LOG.warn(
                    "Buffers hold more than {} MiB: clients that moved nothing for the longest are"
                            + " closed (alwayson_client_connections_cut_total counts them); for"
                            + " more memory set -XX:MaxDirectMemorySize in ALWAYSON_JAVA_OPTIONS",
                    memory.limitBytes() >> 20);
        }
    }

    /** Says, once in a while, that no connection could be made to a server. By any loop. */
    void lacks(Shortage lacking, InetSocketAddress to) {
        if (shortage.say(System.nanoTime()).isPresent()) {
            String all = lacking == Shortage.PLACES ? "all " + mostSockets() + " " : "";
            LOG.warn(
                    "{}: no connection can be made, which says nothing about the server: {}{};"
                            + " requests are tried on others; {}",
                    Addresses.text(to),
                    all,
                    lacking.words(),
                    lacking.advice());
        }
    }

    /** Something happened that no rule foresees; once in a while it is told. By any loop. */
    void unexpected(Throwable cause) {
        unexpected
                .say(System.nanoTime())
                .ifPresent(more ->
                        LOG.error(
                                "A connection was closed for a failure inside the proxy{}",
                                more,
                                cause));
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
        return plans.connections(server);
    }

    @Override
    public int queued(String backend) {
        return plans.queued(backend);
    }

    @Override
    public int clients(String frontend) {
        FrontendClients known = plans.clients().get(frontend);
        return known == null ? 0 : known.open();
    }

    @Override
    public List<String> bound(String frontend) {
        return listeners.bound(frontend);
    }
}
