package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.LeakyBuckets;
import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.setting.Network;
import dev.alwayson.node.proxy.traffic.OctetCell;
import dev.alwayson.node.shortage.SeldomSaid;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of a frontend over all event loops, and which were refused. Belongs to the frontend's
 * name and outlives snapshots. Safe for use by any thread; a request takes no lock and makes no
 * object.
 */
final class FrontendClients {

    /** Which limit a connection was above. */
    enum Refused {
        DESCRIPTORS("descriptors"),
        CONNECTIONS("max-connections"),
        CONNECTIONS_PER_ADDRESS("max-connections-per-address");

        final String reason;

        Refused(String reason) {
            this.reason = reason;
        }

        /** An index into arrays that live no longer than the process. */
        @SuppressWarnings("EnumOrdinal")
        int index() {
            return ordinal();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrontendClients.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Why a client in tcp mode gets no server; others have left, or the node ends them. */
    private static final Set<RequestFailure> UNSERVED =
            Set.of(
                    RequestFailure.NO_SERVER,
                    RequestFailure.QUEUE_FULL,
                    RequestFailure.QUEUE_TIMEOUT,
                    RequestFailure.UNRESOLVED,
                    RequestFailure.CONNECT_REFUSED,
                    RequestFailure.CONNECT_TIMEOUT,
                    RequestFailure.CONNECT_UNREACHABLE,
                    RequestFailure.SERVER_DOWN,
                    RequestFailure.NODE_SHORTAGE,
                    RequestFailure.NODE_FAULT_CONNECT);

    /** A MiB for each frontend that has a rate. */
    private static final int BUCKETS = 65_536;

    /** The loops that have the frontend; counted by {@link Plans} alone. */
    int holders;

    private final String name;
    private final Room room;
    private final Places places = new Places();

    /** Connections by client; nobody is in it without one, or whose connections have no limit. */
    private final Map<Long, Integer> byNetwork = new ConcurrentHashMap<>();

    /** In tcp mode; in the words of the access log, which has no line for them. */
    private final Map<RequestFailure, LongAdder> unserved = new EnumMap<>(RequestFailure.class);

    /** By event loop. */
    private final List<OctetCell> octets;

    private final LongAdder accepted = new LongAdder();
    private final LongAdder[] refused = {new LongAdder(), new LongAdder(), new LongAdder()};
    private final LongAdder limited = new LongAdder();
    private final LongAdder cutForMemory = new LongAdder();
    private final LongAdder gaveWay = new LongAdder();
    private final SeldomSaid refusal = new SeldomSaid(PAUSE_NANOS, System.nanoTime());
    private final SeldomSaid noServer = new SeldomSaid(PAUSE_NANOS, System.nanoTime());
    private final SeldomSaid givingWay = new SeldomSaid(PAUSE_NANOS, System.nanoTime());
    private volatile @Nullable LeakyBuckets buckets;

    /** Of the departure that loops are at: those that have cut, and how many clients. */
    private int loopsDone;

    private int outlasted;

    /** By buckets that are gone. */
    private long unmeteredBefore;

    /**
     * @param room for the clients of all frontends
     * @param loopCount event loops
     */
    FrontendClients(String name, Room room, int loopCount) {
        this.name = name;
        this.room = room;
        octets = Stream.generate(OctetCell::new).limit(loopCount).toList();
        UNSERVED.forEach(why -> unserved.put(why, new LongAdder()));
    }

    // ---- connections ----

    /**
     * Takes a place for the connection, until it closes; or says why not, and counts that.
     *
     * @param idle clients of the same loop, of which one gives way if there is no room
     */
    boolean admit(Channel channel, Frontend settings, IdleClients idle) {
        accepted.increment();
        Long network = network(channel, settings);
        Refused above = take(network, settings.clients(), idle);
        if (above == null) {
            giveBackWhenClosed(channel, network);
            return true;
        }
        InetAddress peer = peer(channel);
        refused[above.index()].increment();
        refusal.say(System.nanoTime())
                .ifPresent(
                        more -> LOG.warn("{}{}", sentence(above, peer, settings.clients()), more));
        return false;
    }

    private static InetAddress peer(Channel channel) {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress();
    }

    /** Whose connection it is to the limit of each address; null if there is none for whoever. */
    private static @Nullable Long network(Channel channel, Frontend settings) {
        InetAddress peer = peer(channel);
        return Network.anyContains(settings.trustedProxies(), peer)
                        || settings.clients().exempts(peer)
                ? null
                : ClientNetwork.hash(peer);
    }

    private void giveBackWhenClosed(Channel channel, @Nullable Long network) {
        try {
            channel.closeFuture().addListener(closed -> giveBack(network));
        } catch (Throwable e) {
            giveBack(network);
            throw e;
        }
    }

    private @Nullable Refused take(@Nullable Long network, ClientLimits limits, IdleClients idle) {
        if (!places.take(orNone(limits.maxConnections()))) {
            return Refused.CONNECTIONS;
        }
        int own = network == null ? 0 : byNetwork.merge(network, 1, Integer::sum);
        if (own > orNone(limits.maxConnectionsPerAddress())) {
            giveBackOwn(network);
            return Refused.CONNECTIONS_PER_ADDRESS;
        }
        // Last, lest somebody gives way for one that is above a limit of its own.
        if (takeRoom(network, idle)) {
            return null;
        }
        giveBackOwn(network);
        return Refused.DESCRIPTORS;
    }

    private boolean takeRoom(@Nullable Long network, IdleClients idle) {
        try {
            return room.takeBesideServers(idle::giveWay);
        } catch (Throwable e) {
            giveBackOwn(network);
            throw e;
        }
    }

    private static int orNone(int limit) {
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    /**
     * For a channel that never was registered, and so cannot tell that it closed.
     *
     * @param settings by which it was admitted
     */
    void giveBack(Channel admitted, Frontend settings) {
        giveBack(network(admitted, settings));
    }

    private void giveBack(@Nullable Long network) {
        giveBackOwn(network);
        room.giveBack();
    }

    private void giveBackOwn(@Nullable Long network) {
        if (network != null) {
            byNetwork.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
        }
        places.giveBack();
    }

    String sentence(Refused above, InetAddress peer, ClientLimits limits) {
        String limit =
                switch (above) {
                    case DESCRIPTORS -> fullSentence() + "; no client of its event loop is idle";
                    case CONNECTIONS ->
                            "max-connections " + limits.maxConnections() + " is reached";
                    case CONNECTIONS_PER_ADDRESS ->
                            "max-connections-per-address "
                                    + limits.maxConnectionsPerAddress()
                                    + " is reached";
                };
        return "frontend "
                + name
                + ": a connection from "
                + peer.getHostAddress()
                + " was closed: "
                + limit;
    }

    private String fullSentence() {
        return "this process has file descriptors for "
                + room.sockets()
                + " sockets of listeners, clients and servers; raise LimitNOFILE= of the unit, or"
                + " ulimit -n";
    }

    // ---- requests ----

    /** Has buckets from now on if the limits have a rate, else none. */
    synchronized void meter(ClientLimits limits) {
        LeakyBuckets metering = buckets;
        if (!limits.hasRate() && metering != null) {
            unmeteredBefore += metering.unmetered();
            buckets = null;
        } else if (limits.hasRate() && metering == null) {
            buckets = new LeakyBuckets(BUCKETS, System.nanoTime());
        }
    }

    /**
     * Takes a request into its client's rate.
     *
     * @return 0 if it may go on, else how many nanoseconds too early it is
     */
    long tooEarlyNanos(long network, ClientLimits limits, long nowNanos) {
        LeakyBuckets metering = buckets;
        if (metering == null || !limits.hasRate()) {
            return 0;
        }
        long early =
                metering.take(network, limits.intervalNanos(), limits.toleranceNanos(), nowNanos);
        if (early > 0) {
            limited.increment();
        }
        return early;
    }

    /** Where the event loop of this number counts what moves between it and the clients. */
    OctetCell octets(int loop) {
        return octets.get(loop);
    }

    // ---- its end ----

    /**
     * A loop has cut clients that went on after the frontend was removed; the last loop says how
     * many there were in all.
     */
    synchronized void outlasted(int clients, long nanos, int loops) {
        outlasted += clients;
        if (++loopsDone < loops) {
            return;
        }
        if (outlasted > 0) {
            LOG.warn(
                    "frontend {}: client connections that did not end within {} and are cut: {}",
                    name,
                    DurationText.format(Duration.ofNanos(nanos)),
                    outlasted);
        }
        loopsDone = 0;
        outlasted = 0;
    }

    // ---- what is shown ----

    /** Connections that are open. */
    int open() {
        return places.taken();
    }

    long refused(Refused why) {
        return refused[why.index()].sum();
    }

    /** Connections that were accepted in all, those refused or cut since among them. */
    long accepted() {
        return accepted.sum();
    }

    /** Octets that were read from clients. */
    long received() {
        return octets.stream().mapToLong(OctetCell::received).sum();
    }

    /** Octets that were given to clients' connections to send. */
    long sent() {
        return octets.stream().mapToLong(OctetCell::sent).sum();
    }

    /** Counts one in tcp mode that is closed since no server took it; not one that has left. */
    void countUnserved(RequestFailure why, InetAddress peer) {
        LongAdder count = unserved.get(why);
        if (count == null) {
            return;
        }
        count.increment();
        noServer.say(System.nanoTime())
                .ifPresent(more ->
                        LOG.warn(
                                "frontend {}: a connection from {} was closed, for no server took"
                                        + " it: {}{}",
                                name,
                                peer.getHostAddress(),
                                why.reasonText(),
                                more));
    }

    /** By reason. */
    Map<String, Long> unserved() {
        Map<String, Long> counts = new LinkedHashMap<>();
        unserved.forEach((why, count) -> counts.put(why.reasonText(), count.sum()));
        return counts;
    }

    /** Counts one that was closed for want of memory. */
    void countCutForMemory() {
        cutForMemory.increment();
    }

    /** Counts one that was idle, and closed for want of descriptors. */
    void countGaveWay() {
        gaveWay.increment();
        givingWay
                .say(System.nanoTime())
                .ifPresent(more ->
                        LOG.warn(
                                "frontend {}: an idle client connection was closed, to make room:"
                                        + " {}{}",
                                name,
                                fullSentence(),
                                more));
    }

    long gaveWay() {
        return gaveWay.sum();
    }

    long cutForMemory() {
        return cutForMemory.sum();
    }

    long limited() {
        return limited.sum();
    }

    /** Requests that passed because there was no bucket left for their client. */
    synchronized long unmetered() {
        LeakyBuckets metering = buckets;
        return unmeteredBefore + (metering == null ? 0 : metering.unmetered());
    }
}
