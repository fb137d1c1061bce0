package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import io.helidon.webserver.WebServer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** When work for strangers ends. */
final class AdmissionDeadlineTest {

    /** Of which no test takes all. */
    static final ConnectionShare LARGE =
            new ConnectionShare(new HostAndPort("127.0.0.1", 0), 1_000);

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    private Thread stranger(AdmissionDeadline deadline) {
        return Thread.ofVirtual()
                .start(() -> {
                    deadline.begin();
                    begun.countDown();
                    try {
                        TimeUnit.NANOSECONDS.sleep(LONG.toNanos()); // The deadline ends it.
                    } catch (InterruptedException e) {
                        ended.set(true);
                    }
                });
    }

    @Test
    void aRequestHalfSentDoesNotHoldUpTheClose() throws InterruptedException {
        AdmissionDeadline deadline = new AdmissionDeadline(LONG, LARGE);
        Thread stranger = stranger(deadline);
        begun.await();

        deadline.close();

        assertThat(stranger.join(GENEROUS)).isTrue();
        assertThat(ended).isTrue();
    }

    /** However long the thread was held up between the two. */
    @Test
    void whoseTimeIsOverAsItBeginsIsEnded() {
        try (AdmissionDeadline deadline = new AdmissionDeadline(Duration.ZERO, LARGE)) {
            for (int i = 0; i < 10_000; i++) {
                deadline.begin();
                await(Thread::interrupted);
            }
        }
    }

    @Test
    void aConnectionThatHasEndedIsForgotten() throws Exception {
        try (AdmissionDeadline deadline = new AdmissionDeadline(LONG, LARGE)) {
            WebServer server =
                    WebServer.builder()
                            .host("127.0.0.1")
                            .protocolsDiscoverServices(false)
                            .addConnectionSelector(deadline)
                            .build()
                            .start();
            try (Socket gone = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                gone.getOutputStream().write("GET /hea".getBytes(StandardCharsets.US_ASCII));
                await(() -> deadline.strangers() == 1);
            }
            await(() -> deadline.strangers() == 0);
            server.stop();
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + GENEROUS.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("there is time left").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void norDoesOneThatComesMeanwhile() throws InterruptedException {
        AdmissionDeadline deadline = new AdmissionDeadline(LONG, LARGE);
        deadline.close();

        assertThat(stranger(deadline).join(GENEROUS)).isTrue();
        assertThat(ended).isTrue();
    }
}
