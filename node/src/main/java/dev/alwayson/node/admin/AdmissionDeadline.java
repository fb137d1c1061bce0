package dev.alwayson.node.admin;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
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

/**
 * Ends connections of strangers that send a request slowly, and would hold on to one of the bounded
 * number of connections for it (Slowloris). The time begins with the connection's first octet, or
 * the first line of a request after one that was admitted, and ends when a request is admitted to a
 * page that is not open to all.
 *
 * <p>It is told all this on the connection's own virtual thread; interrupting that closes the
 * socket it reads or writes. Safe for use by any thread.
 */
final class AdmissionDeadline
        implements ServerConnectionSelector, Http1ConnectionListener, AutoCloseable {

    private final Duration atMost;
    private final ServerConnectionSelector http =
            Http1ConnectionSelector.builder()
                    .config(Http1Config.builder().addReceiveListener(this).build())
                    .build();
    private final Map<Thread, Future<?>> waiting = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("admission-deadline").factory());

    AdmissionDeadline(Duration atMost) {
        this.atMost = atMost;
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        begin();
        return http.connection(context);
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
        Future<?> end = timer.schedule(() -> end(thread), atMost.toMillis(), TimeUnit.MILLISECONDS);
        waiting.put(thread, end);
        if (timer.isShutdown()) {
            end(thread);
        }
    }

    /** The request that this thread works on is no stranger's. */
    void admitted() {
        Future<?> end = waiting.remove(Thread.currentThread());
        if (end != null) {
            end.cancel(false);
        }
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
