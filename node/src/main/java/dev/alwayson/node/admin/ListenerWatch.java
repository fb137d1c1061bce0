package dev.alwayson.node.admin;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that somebody listens on the admin server's address. Helidon's listener ends for ever,
 * and tells nobody, at the first connection that it cannot accept, as when the process has no file
 * descriptor left for it.
 *
 * <p>Once a second it asks for the address. While it is in use, all is well. Is it free, then
 * nobody listens: as soon as {@value #ROOM} descriptors are free too, a new listener is begun. That
 * is tried once a second, for as long as it takes.
 */
final class ListenerWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration MOST_WAIT_AT_CLOSE = Duration.ofSeconds(5);

    /** With fewer than these the new listener would soon end as the last one did. */
    private static final int ROOM = 16;

    /** Begins a new listener. */
    interface Restart {
        void run() throws IOException;
    }

    private final HostAndPort bind;
    private final InetSocketAddress address;
    private final Restart restart;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("admin-listener-watch").factory());
    private boolean told;

    /**
     * @param bind as the configuration has it, for the log
     * @param address with the port that was really bound
     */
    ListenerWatch(HostAndPort bind, InetSocketAddress address, Restart restart) {
        this.bind = bind;
        this.address = address;
        this.restart = restart;
        Future<?> _ =
                timer.scheduleWithFixedDelay(
                        this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (free()) {
                restart();
            }
        } catch (Throwable e) { // An Error too, as of a thread that cannot be made, would end it.
            LOG.error("{}: the watch over the admin server failed; it goes on", bind, e);
        }
    }

    /** Whether it certainly is: with no descriptor left for the question, this cannot be known. */
    private boolean free() {
        try {
            probe(address);
            return true;
        } catch (IOException e) {
            LOG.trace("{}: {}", bind, e.getMessage());
            return false;
        }
    }

    private void restart() {
        try {
            needRoom();
            restart.run();
            LOG.warn(
                    "{}: the admin server listens again; it had ended at a connection that it could"
                            + " not accept, most likely for want of file descriptors; if so, raise"
                            + " LimitNOFILE= of the unit, or ulimit -n",
                    bind);
            told = false;
        } catch (IOException e) {
            if (!told) {
                LOG.warn(
                        "{}: the admin server does not listen, and cannot yet: {}; it is tried once"
                                + " a second",
                        bind,
                        e.getMessage());
                told = true;
            }
        }
    }

    private static void needRoom() throws IOException {
        List<SocketChannel> taken = new ArrayList<>();
        try {
            while (taken.size() < ROOM) {
                taken.add(SocketChannel.open());
            }
        } finally {
            for (SocketChannel each : taken) {
                each.close();
            }
        }
    }

    /**
     * Takes the address for a moment.
     *
     * @throws IOException if that is not possible
     */
    static void probe(InetSocketAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
        }
    }

    /** Returns when nothing is begun any more, after 5 seconds at the latest. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(MOST_WAIT_AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{}: the watch over the admin server still runs", bind);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
