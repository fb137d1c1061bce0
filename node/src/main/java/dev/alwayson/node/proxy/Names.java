package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names of servers off the event loops, and again every {@link #REFRESH}. A name that
 * stops resolving keeps its last address: a name server that is down takes nobody's traffic away.
 */
final class Names implements AutoCloseable {

    /** What the addresses of a host are, in the order of preference; may block. */
    interface Lookup {
        InetAddress[] find(String host) throws UnknownHostException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Names.class);
    private static final Duration REFRESH = Duration.ofSeconds(10);

    private final Lookup lookup;
    private final Map<HostAndPort, ServerAddress> addresses = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread refresher;

    Names(Lookup lookup) {
        this.lookup = lookup;
        refresher = Thread.ofVirtual().name("names").start(this::refreshUntilClosed);
    }

    /** The address of a server; resolved already if it is a literal. Never throws. */
    ServerAddress address(HostAndPort hostAndPort) {
        return addresses.computeIfAbsent(hostAndPort, this::create);
    }

    /** Forgets what no server uses any more. */
    void retain(Set<HostAndPort> used) {
        addresses.keySet().retainAll(used);
    }

    private ServerAddress create(HostAndPort hostAndPort) {
        ServerAddress address = new ServerAddress(hostAndPort);
        Optional<InetAddress> literal = literal(hostAndPort.host());
        if (literal.isPresent()) {
            address.resolve(new InetSocketAddress(literal.get(), hostAndPort.port()));
        } else {
            Thread.ofVirtual().name("resolve " + hostAndPort.host()).start(() -> look(address));
        }
        return address;
    }

    /** What is no address after all is looked up as a name, and told as one without an address. */
    private static Optional<InetAddress> literal(String host) {
        if (!host.contains(":") && !host.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // The look-up says so, for this server alone.
        }
    }

    private void look(ServerAddress address) {
        HostAndPort at = address.hostAndPort;
        try {
            if (address.resolve(kept(address.resolved(), lookup.find(at.host()), at.port()))) {
                LOG.info("{}: the name resolves", at);
            }
        } catch (UnknownHostException e) {
            String why = why(e, at.host());
            if (address.unresolved(why)) {
                LOG.warn("{}: the name does not resolve{}; trying again", at, why);
            }
        }
    }

    /** Java puts the name before the system's words; it remembers that, for 10 s, without them. */
    private static String why(UnknownHostException e, String host) {
        String words = String.valueOf(e.getMessage());
        String name = host + ": ";
        return words.startsWith(name) ? " (" + words.substring(name.length()) + ")" : "";
    }

    /** The address so far while the name still has it, for the order of the answers may change. */
    private static InetSocketAddress kept(
            @Nullable InetSocketAddress before, InetAddress[] answers, int port) {
        if (before != null && List.of(answers).contains(before.getAddress())) {
            return before;
        }
        return new InetSocketAddress(answers[0], port);
    }

    private void refreshUntilClosed() {
        try {
            while (!closed.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    refresh();
                } catch (Throwable e) { // An Error, too, would end the look-ups.
                    LOG.error("Names were not looked up; trying again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks every name up again; blocks until that is done. */
    void refresh() {
        for (ServerAddress address : addresses.values()) {
            if (literal(address.hostAndPort.host()).isEmpty()) {
                look(address);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        refresher.interrupt();
    }
}
