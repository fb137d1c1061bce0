package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.alwayson.core.setting.HostAndPort;
import io.helidon.webserver.WebServer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nobody listens on the admin server's address, and a new listener cannot be begun at once. */
final class ListenerWatchTest {

    private static final int GENEROUS_SECONDS = 30;

    @Test
    void itIsTriedAgainAlsoAfterAnError() throws Exception {
        CountDownLatch tries = new CountDownLatch(2);
        ListenerWatch.Restart withoutThreads =
                () -> {
                    tries.countDown();
                    throw new OutOfMemoryError("unable to create native thread");
                };
        try (Socket free = new Socket()) {
            free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            free.setReuseAddress(true);
            var address = (InetSocketAddress) free.getLocalSocketAddress();
            try (ListenerWatch _ =
                    new ListenerWatch(new HostAndPort("127.0.0.1", 0), address, withoutThreads)) {
                assertThat(tries.await(GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aListenerThatCannotStartLeavesNoDescriptor() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fail(other);
            long before = descriptors();
            for (int i = 0; i < 50; i++) {
                fail(other);
            }
            assertThat(descriptors()).isLessThan(before + 25);
        }
    }

    /** Begins a listener where somebody else listens. */
    private static void fail(ServerSocket other) {
        WebServer server =
                WebServer.builder()
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .protocolsDiscoverServices(false)
                        .bindAddress(other.getLocalSocketAddress())
                        .build()
                        .start();
        assertThat(server.isRunning()).isFalse();
        AdminServer.end(server);
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }
}
