package dev.alwayson.node.admin;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections of strangers that send a request slowly, and would hold on to one of the bounded
 * number of connections for it (Slowloris). The time begins when the connection is accepted, also
 * if nothing is sent on it, and again with the first line of a request after one that was admitted.
 * It ends when a request that has come whole is admitted to a page that is not open to all, or with
 * the connection.
 *
 * <p>It is told all this on the connection's own virtual thread; interrupting that closes the
 * socket it reads or writes. Safe for use by any thread.
 */
final class AdmissionDeadline
        implements ServerConnectionSelector, Http1ConnectionListener, AutoCloseable {

    private final Duration atMost;
    private final ConnectionShare share;
    private final ServerConnectionSelector http =
            Http1ConnectionSelector.builder()
                    .config(Http1Config.builder().addReceiveListener(this).build())
                    .build();
    private final Map<Thread, Future<?>> waiting = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("admission-deadline").factory());

    /**
     * @param share of which each connection takes a place
     */
    AdmissionDeadline(Duration atMost, ConnectionShare share) {
        this.atMost = atMost;
        this.share = share;
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        begin();
        Bounded connection = new Bounded((Http1Connection) http.connection(context));
        share.take();
        return connection;
    }

    /** A connection whose time has no meaning once it has ended. */
    private final class Bounded implements ServerConnection, InterruptableTask<Void> {

        private final Http1Connection connection;

        Bounded(Http1Connection connection) {
            this.connection = connection;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            try {
                RequestLoop.run(connection, limit);
            } finally {
                over();
                share.giveBack();
            }
        }

        @Override
        public Duration idleTime() {
            return connection.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            connection.close(interrupt);
        }

        @Override
        public boolean canInterrupt() {
            return connection.canInterrupt();
        }
    }

    @Override
    public void prologue(ConnectionContext context, HttpPrologue firstLine) {
        if (!waiting.containsKey(Thread.currentThread())) {
            begin();
        }
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData beginning) {
        return http.supports(beginning);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    /** From now on this thread works for a stranger. */
    void begin() {
        Thread thread = Thread.currentThread();
        waiting.compute(thread, this::schedule); // Whoever ends it meanwhile waits, and finds it.
        if (timer.isShutdown()) {
            end(thread);
        }
    }

    private Future<?> schedule(Thread thread, @Nullable Future<?> before) {
        return timer.schedule(() -> end(thread), atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The request that this thread works on is no stranger's, or its connection has ended. */
    void over() {
        Future<?> end = waiting.remove(Thread.currentThread());
        if (end != null) {
            end.cancel(false);
        }
    }

    /** How many there are at work for. */
    int strangers() {
        return waiting.size();
    }

    private void end(Thread thread) {
        if (waiting.remove(thread) != null) {
            thread.interrupt();
        }
    }

    /** Ends them all at once, and whoever comes: a request half sent would hold up a stop. */
    @Override
    public void close() {
        timer.shutdownNow();
        waiting.keySet().forEach(this::end);
    }
}
