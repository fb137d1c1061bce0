package dev.alwayson.node.admin;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.shortage.SeldomSaid;
import dev.alwayson.node.shortage.Shortage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that somebody listens on the admin server's address. Helidon's listener ends for ever,
 * and tells {@link ListenerLog} alone, at the first connection that it cannot accept, as when the
 * process has no file descriptor left for it.
 *
 * <p>Once a second it asks for the address. While it is in use, all is well. Is it free, then
 * nobody listens: as soon as {@value #ROOM} descriptors are free too, a new listener is begun. That
 * is tried once a second, for as long as it takes. That nobody listens is told every 10 seconds at
 * most; where it was, that somebody does again is told, too.
 */
final class ListenerWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration MOST_WAIT_AT_CLOSE = Duration.ofSeconds(5);

    /** With fewer than these the new listener would soon end as the last one did. */
    private static final int ROOM = 16;

    /** Begins a new listener. */
    interface Restart {
        void run() throws IOException;
    }

    private final HostAndPort bind;
    private final InetSocketAddress address;
    private final Supplier<Optional<Throwable>> ends;
    private final Restart restart;
    private final LongSupplier nanoClock;
    private final SeldomSaid seldom;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("admin-listener-watch").factory());

    /** Whether the last that was told is that it does not listen. For the timer alone, as below. */
    private boolean toldDown;

    /** What the listener has ended at, while no new one listens. */
    private @Nullable Throwable end;

    /**
     * @param bind as the configuration has it, for the log
     * @param address with the port that was really bound
     * @param ends what the listener has ended at, once each
     */
    ListenerWatch(
            HostAndPort bind,
            InetSocketAddress address,
            Supplier<Optional<Throwable>> ends,
            Restart restart,
            LongSupplier nanoClock) {
        this.bind = bind;
        this.address = address;
        this.ends = ends;
        this.restart = restart;
        this.nanoClock = nanoClock;
        this.seldom = new SeldomSaid(SAY_AGAIN_NANOS, nanoClock.getAsLong());
        Future<?> _ =
                timer.scheduleWithFixedDelay(
                        this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            ends.get().ifPresent(newest -> end = newest);
            Optional<IOException> notFree = notFree();
            if (notFree.isEmpty()) {
                restart();
            } else if (end != null) {
                down(notFree.get());
            }
        } catch (Throwable e) { // An Error too, as of a thread that cannot be made, would end it.
            seldom.say(nanoClock.getAsLong())
                    .ifPresent(more ->
                            LOG.error(
                                    "{}: the watch over the admin server failed; it goes on{}",
                                    bind,
                                    more,
                                    e));
        }
    }

    /** Why not; empty if it certainly is. Without a descriptor for the question, that is why. */
    private Optional<IOException> notFree() {
        try {
            probe(address);
            return Optional.empty();
        } catch (IOException e) {
            LOG.trace("{}: {}", bind, e.getMessage());
            return Optional.of(e);
        }
    }

    private void restart() {
        try {
            needRoom();
            restart.run();
            up();
        } catch (IOException e) {
            down(e);
        }
    }

    private void down(Throwable why) {
        seldom.say(nanoClock.getAsLong())
                .ifPresent(more -> {
                    toldDown = true;
                    LOG.warn(
                            "{}: the admin server does not listen, and cannot yet: {}; it is tried"
                                    + " once a second{}{}",
                            bind,
                            words(why),
                            advice(why),
                            more);
                });
    }

    /** Whoever was told that it does not listen is told that it does again. */
    private void up() {
        Optional<String> more = toldDown ? Optional.of("") : seldom.say(nanoClock.getAsLong());
        if (more.isPresent()) {
            LOG.warn(
                    "{}: the admin server listens again; it had ended{}{}{}",
                    bind,
                    end == null
                            ? ", and did not say why"
                            : " at a connection that it could not accept: " + words(end),
                    advice(end),
                    more.get());
        }
        toldDown = false;
        end = null;
    }

    private static String words(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static String advice(@Nullable Throwable failure) {
        return Shortage.behind(failure, null).map(shortage -> "; " + shortage.advice()).orElse("");
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
