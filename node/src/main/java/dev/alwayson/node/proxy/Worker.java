package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.http.RequestIds;
import dev.alwayson.node.proxy.http.ResponseHead;
import dev.alwayson.node.shortage.Shortage;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share: the newest plan, the servers and their idle
 * connections, the deadlines, and room to parse in. Confined to its event loop, but for what is
 * said to be otherwise.
 */
final class Worker {

    private static final long SLOW_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MEMORY_EVERY_TICKS = 5;

    /** Writes that a peer did not take, after which memory is looked at before the next tick. */
    private static final int MOST_STALLED = 64;

    final EventLoop loop;

    /** From 0, among the loops of the proxy. */
    final int number;

    final RequestHead requestHead = new RequestHead();
    final ResponseHead responseHead = new ResponseHead();

    /** For all frontends; made before the loop runs: the first secure number takes long. */
    final RequestIds requestIds = new RequestIds(new SecureRandom());

    final Deadlines deadlines;

    final IdleClients idleClients = new IdleClients();
    final Recorder recorder;
    private final Proxy proxy;
    private final long seed;
    private final Map<String, LoopFrontend> frontends = new HashMap<>();
    private final Map<String, LoopBackend> backends = new HashMap<>();
    private List<Worker> others = List.of();
    private final ChannelFactory<Channel> serverSideChannels;
    private final Bootstrap connector;
    private @Nullable Channel[] dirty = new Channel[64];
    private int dirtyCount;
    private @Nullable InetSocketAddress lastLocal;
    private String lastLocalText = "";
    private long coarseNanos = System.nanoTime();

    /** For a channel that is being made, which is not counted yet. */
    private boolean placeTaken;

    private boolean stopping;
    private boolean draining;
    private int ticks;
    private int stalled;
    private long answers;

    /** When the loop last went round, for other threads to see that it lives. */
    private volatile long lastTickNanos = System.nanoTime();

    Worker(Proxy proxy, EventLoop loop, int number, long seed) {
        this.proxy = proxy;
        this.loop = loop;
        this.number = number;
        this.recorder = new Recorder(proxy.traffic().loop(), proxy.connections);
        this.seed = seed;
        this.deadlines = new Deadlines(System.nanoTime());
        this.serverSideChannels = proxy.transport().serverSideChannels();
        this.connector =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(this::serverSideChannel)
                        .option(ChannelOption.ALLOCATOR, proxy.allocator())
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.AUTO_CLOSE, false);
    }

    /** Called once, before any traffic, from any thread. */
    void start(List<Worker> all) {
        others = all.stream().filter(worker -> worker != this).toList();
        loop.scheduleAtFixedRate(
                this::tick, Deadlines.TICK_MILLIS, Deadlines.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = System.nanoTime();
        lastTickNanos = now;
        coarseNanos = now;
        try {
            deadlines.advance(now);
            for (LoopBackend backend : backends.values()) {
                backend.expireWaiting(now);
            }
            if (++ticks % MEMORY_EVERY_TICKS == 0) {
                relieveMemory(now);
            }
            flushDirty();
        } catch (Throwable e) {
            // Also an Error, for want of memory perhaps: thrown on, it would end the ticks.
            unexpected(e);
        }
    }

    /**
     * Without memory for buffers nobody is served: above its limit, this loop closes its part of
     * the clients that buffers hold something for, first those that have moved nothing for the
     * longest.
     */
    private void relieveMemory(long nowNanos) {
        long excess = proxy.memory.usedBytes() - proxy.memory.limitBytes();
        if (excess <= 0) {
            return;
        }
        List<Holder> holders = new ArrayList<>();
        for (LoopFrontend frontend : frontends.values()) {
            frontend.holders().forEach(client -> holders.add(new Holder(frontend, client)));
        }
        holders.sort(Comparator.comparingLong(holder -> holder.client.movedNanos() - nowNanos));
        long part = Math.ceilDiv(excess, others.size() + 1);
        long freed = 0;
        for (Holder quietest : holders) {
            if (freed < part) {
                freed += quietest.client.heldBytes();
                quietest.frontend.cutForMemory(quietest.client);
            }
        }
        proxy.memoryShort();
    }

    private record Holder(LoopFrontend frontend, LoopFrontend.Client client) {}

    /**
     * Runs a part of what is done for a client, now if this is the loop's thread, else on it.
     *
     * @param failed ends the client for what the part throws: nobody else would
     */
    void onLoop(Consumer<Throwable> failed, Runnable part) {
        if (loop.inEventLoop()) {
            run(failed, part);
        } else {
            loop.execute(() -> run(failed, part));
        }
    }

    private static void run(Consumer<Throwable> failed, Runnable part) {
        try {
            part.run();
        } catch (Throwable e) { // An Error, too, for want of memory perhaps.
            failed.accept(e);
        }
    }

    /** The time, at most a tick old. */
    long coarseNanos() {
        return coarseNanos;
    }

    /** Connects to a server; the initializer counts the channel and says what handles it. */
    ChannelFuture connect(
            InetSocketAddress to, int millis, ChannelInitializer<Channel> initializer) {
        try {
            return connector
                    .clone()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
                    .handler(initializer)
                    .connect(to);
        } finally {
            if (placeTaken) { // The channel did not come as far as to be counted.
                placeTaken = false;
                room().giveBack();
            }
        }
    }

    /**
     * Takes a place for a socket that is to listen here; fails if there is none. For any thread.
     */
    Future<?> takePlaceToListen() {
        return loop.submit(() -> failUnless(room().takeBesideServers(this::makeRoom)));
    }

    private Channel serverSideChannel() {
        failUnless(room().take(this::makeRoom));
        placeTaken = true;
        return serverSideChannels.newChannel();
    }

    /** Fails before descriptors that others need are taken. */
    private void failUnless(boolean placeTaken) {
        if (!placeTaken) {
            throw new ChannelException("all " + room().sockets() + " " + Shortage.PLACES.words());
        }
    }

    private boolean makeRoom() {
        return idleClients.giveWay()
                || backends.values().stream().anyMatch(LoopBackend::closeOneIdle);
    }

    /** Counts a channel to a server, and keeps its place, until it closes. */
    void count(Channel toServer) {
        connections().servers.getAndIncrement();
        toServer.closeFuture()
                .addListener(closed -> {
                    connections().servers.getAndDecrement();
                    room().giveBack();
                });
        placeTaken = false;
    }

    /** Closes what {@link #connect} began, be it that there was no descriptor for it. */
    static void close(Channel toServer) {
        if (toServer.isRegistered()) {
            toServer.close();
        }
    }

    /** An address of this host as text; the last one is remembered, for most are the same. */
    String text(InetSocketAddress local) {
        if (!local.equals(lastLocal)) {
            lastLocal = local;
            lastLocalText = Addresses.text(local);
        }
        return lastLocalText;
    }

    ByteBufAllocator allocator() {
        return proxy.allocator();
    }

    ByteBuf buffer(int capacity) {
        return proxy.allocator().buffer(capacity);
    }

    /**
     * A buffer with what the writer puts into it. Where that fails, for want of memory to grow in
     * perhaps, it is released.
     */
    ByteBuf filled(int capacity, Consumer<ByteBuf> writer) {
        ByteBuf out = buffer(capacity);
        try {
            writer.accept(out);
            return out;
        } catch (Throwable e) {
            out.release();
            throw e;
        }
    }

    /** Something was written to the channel; it is flushed when what is being read is read. */
    @SuppressWarnings("ReferenceEquality") // The same channel, not one that is equal.
    void dirty(Channel channel) {
        if (dirtyCount > 0 && dirty[dirtyCount - 1] == channel) {
            return;
        }
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirty.length * 2);
        }
        dirty[dirtyCount++] = channel;
    }

    void flushDirty() {
        // Flushing may write, and so make another channel dirty.
        for (int i = 0; i < dirtyCount; i++) {
            Channel channel = dirty[i];
            dirty[i] = null;
            if (channel != null) {
                channel.flush();
                stalled += channel.isWritable() ? 0 : 1;
            }
        }
        dirtyCount = 0;
    }

    /**
     * What a connection had to read is read: flushes, and looks at the memory of buffers if peers
     * did not take much of late. Only for the end of a round of reading, when nothing else is at
     * work that a connection which is cut could be part of.
     */
    void readComplete() {
        flushDirty();
        if (stalled >= MOST_STALLED) {
            stalled = 0;
            relieveMemory(coarseNanos);
            flushDirty();
        }
    }

    /** A server has sent something, in either mode. */
    void answered() {
        answers++;
    }

    /** How many times servers have sent something. */
    long answers() {
        return answers;
    }

    /** No connection could be made to a server, for want of something. */
    void lacks(Shortage shortage, InetSocketAddress to) {
        proxy.lacks(shortage, to);
    }

    /** Something happened that no rule foresees. */
    void unexpected(Throwable cause) {
        proxy.unexpected(cause);
    }

    /** Whether the loop went round within the last seconds. Safe for use by any thread. */
    boolean alive(long nowNanos) {
        return nowNanos - lastTickNanos < 5 * SLOW_TICK_NANOS;
    }

    long seed() {
        return seed;
    }

    Room room() {
        return proxy.room();
    }

    Connections connections() {
        return proxy.connections;
    }

    boolean stopping() {
        return stopping;
    }

    /** Null once it is no longer configured and has no connections. */
    @Nullable LoopFrontend frontend(String name) {
        return frontends.get(name);
    }

    /** Null if it is not configured. */
    @Nullable LoopBackend backend(String name) {
        return backends.get(name);
    }

    @SuppressWarnings("ReferenceEquality") // A plan that did not change is the same object.
    void adopt(Plan plan, Plans plans) {
        recorder.forgetRoutes();
        for (BackendPlan backend : plan.backends().values()) {
            backends.computeIfAbsent(backend.name(), name -> new LoopBackend(this, backend));
        }
        for (BackendPlan backend : plan.backends().values()) {
            LoopBackend known = backends.get(backend.name());
            if (known != null && known.plan() != backend) {
                known.adopt(backend);
            }
        }
        for (FrontendPlan frontend : plan.frontends().values()) {
            LoopFrontend known = frontends.get(frontend.name());
            if (known == null) {
                FrontendClients own = plans.hold(frontend.name());
                frontends.put(
                        frontend.name(), new LoopFrontend(frontend.name(), frontend, own, number));
            } else if (!draining) {
                known.adopt(frontend);
            }
        }
        frontends.values().removeIf(known -> letGo(known, plan, plans));
        for (LoopFrontend known : frontends.values()) {
            if (!plan.frontends().containsKey(known.name) && !known.gone()) {
                known.drain();
                int departure = known.departures();
                long nanos = plan.drainNanos();
                int loops = others.size() + 1;
                loop.schedule(
                        () -> known.cutAfter(departure, nanos, loops), nanos, TimeUnit.NANOSECONDS);
            }
        }
        backends.values().removeIf(known -> retired(known, plan));
        flushDirty();
    }

    private static boolean letGo(LoopFrontend known, Plan plan, Plans plans) {
        if (plan.frontends().containsKey(known.name)
                || plan.stillReached().contains(known.name)
                || !known.finished()) {
            return false;
        }
        plans.letGo(known.name);
        return true;
    }

    private static boolean retired(LoopBackend known, Plan plan) {
        if (plan.backends().containsKey(known.plan().name())) {
            return false;
        }
        known.retire();
        return true;
    }

    /** From here on every answer says that its connection ends. */
    void announceStop() {
        stopping = true;
    }

    /** From here on every connection ends with the request that runs. */
    void drain() {
        stopping = true;
        draining = true;
        frontends.values().forEach(LoopFrontend::drain);
    }

    void cut() {
        frontends.values().forEach(LoopFrontend::cut);
        for (LoopBackend backend : backends.values()) {
            backend.retire();
        }
    }

    /**
     * Gives back a place on a server of the backend, to who has waited longest on any loop. On this
     * one what that writes is flushed by the caller, when its own round ends: flushed here, an
     * answer would go before the end of its connection, in a segment of its own.
     */
    void giveBack(BackendPlan backend, ServerLoad server) {
        BackendLoad load = backend.load();
        int next = load.waiting() == 0 ? BackendLoad.NO_LOOP : load.nextLoop();
        if (next == BackendLoad.NO_LOOP) {
            free(backend, server);
        } else if (next == number) {
            offer(backend, server);
        } else {
            hand(proxy.workers.get(next), backend, server);
        }
    }

    private void hand(Worker to, BackendPlan backend, ServerLoad server) {
        try {
            to.loop.execute(() -> {
                to.offer(backend, server);
                to.flushDirty();
            });
        } catch (Throwable e) { // It ends, or memory is short: the place is not to be lost.
            free(backend, server);
        }
    }

    /** Nobody else can have the place before who waits on this loop. */
    private void offer(BackendPlan plan, ServerLoad server) {
        LoopBackend backend = backends.get(plan.name());
        if (backend != null && backend.serveWaiting(server)) {
            plan.load().ended();
        } else {
            free(plan, server);
        }
    }

    private void free(BackendPlan plan, ServerLoad server) {
        server.giveBack();
        plan.load().ended();
        if (plan.load().waiting() > 0) {
            LoopBackend backend = backends.get(plan.name());
            int here = 0;
            if (backend != null) {
                backend.serveWaiting();
                here = backend.waiting();
            }
            if (plan.load().waiting() > here) {
                wakeOthers(plan.name());
            }
        }
    }

    private void wakeOthers(String name) {
        for (Worker other : others) {
            if (!other.loop.isShuttingDown()) {
                other.loop.execute(() -> other.serveWaiting(name));
            }
        }
    }

    /** Serves those that wait for the backend of this name, if there is one. */
    private void serveWaiting(String name) {
        LoopBackend backend = backends.get(name);
        if (backend != null) {
            backend.serveWaiting();
            flushDirty();
        }
    }
}
