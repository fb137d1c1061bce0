package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Nothing is left of a listener that ended by itself, or did not start: neither thread nor memory.
 */
final class EndedListenerTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @Test
    void nothingIsLeftOfAListenerThatEndedByItself() throws Exception {
        Set<Thread> before = listenerThreads();
        WeakReference<WebServer> ended = ended();
        allGo(before, ended);
    }

    @Test
    void nothingIsLeftOfAListenerThatDidNotStart() throws Exception {
        Set<Thread> before = listenerThreads();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            WeakReference<WebServer> ended = notStarted(other);
            allGo(before, ended);
        }
    }

    private static WeakReference<WebServer> ended() {
        WebServer server = server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(server.isRunning()).isTrue();
        listenerThreads().stream()
                .filter(thread -> thread.getName().startsWith("server-"))
                .forEach(Thread::interrupt); // as a failed accept does
        AdminServer.end(server);
        return new WeakReference<>(server);
    }

    private static WeakReference<WebServer> notStarted(ServerSocket other) {
        WebServer server = server((InetSocketAddress) other.getLocalSocketAddress());
        assertThat(server.isRunning()).isFalse();
        AdminServer.end(server);
        return new WeakReference<>(server);
    }

    private static WebServer server(InetSocketAddress address) {
        return WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .idleConnectionPeriod(Duration.ofMillis(10))
                .shutdownGracePeriod(Duration.ofMillis(10))
                .bindAddress(address)
                .build()
                .start();
    }

    private static void allGo(Set<Thread> before, WeakReference<WebServer> ended)
            throws InterruptedException {
        Set<Thread> left = listenerThreads();
        left.removeAll(before);
        for (Thread thread : left) {
            assertThat(thread.join(GENEROUS)).as("%s has ended", thread).isTrue();
        }
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!ended.refersTo(null)) {
            assertThat(System.nanoTime()).as("the server is forgotten").isLessThan(deadline);
            System.gc();
            Thread.sleep(10);
        }
    }

    /** Those that Helidon begins for a listener, and the timer of its idle connections. */
    static Set<Thread> listenerThreads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread ->
                !thread.getName()
                        .matches("server-@default.*|helidon-idle.*|idle-timeout-handler.*"));
        return threads;
    }
}
