package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.alwayson.core.setting.HostAndPort;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nobody listens on the admin server's address, and a new listener cannot be begun at once. */
final class ListenerWatchTest {

    private static final int GENEROUS_SECONDS = 30;

    private final Logger log = (Logger) LoggerFactory.getLogger(ListenerWatch.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();

    /** Nobody listens on its address, and nobody else is given its port. */
    private final Socket free = new Socket();

    private InetSocketAddress address;

    @BeforeEach
    void begin() throws IOException {
        told.list = new CopyOnWriteArrayList<>();
        told.start();
        log.addAppender(told);
        free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        free.setReuseAddress(true);
        address = (InetSocketAddress) free.getLocalSocketAddress();
    }

    @AfterEach
    void end() throws IOException {
        free.close();
        log.detachAppender(told);
    }

    @Test
    void itIsTriedAgainAlsoAfterAnError() throws Exception {
        CountDownLatch tries = new CountDownLatch(2);
        ListenerWatch.Restart withoutThreads =
                () -> {
                    tries.countDown();
                    throw new OutOfMemoryError("unable to create native thread");
                };
        try (ListenerWatch _ = watch(withoutThreads, System::nanoTime)) {
            assertThat(tries.await(GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatEndsEachSecondIsToldEveryTenth() throws Exception {
        AtomicLong now = new AtomicLong();
        Semaphore tries = new Semaphore(0);
        try (ListenerWatch _ = watch(tries::release, now::get)) {
            assertThat(tries.tryAcquire(3, GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(told.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "127.0.0.1:0: the admin server listens again; it had ended at a"
                                    + " connection that it could not accept: Too many open"
                                    + " files; raise LimitNOFILE= of the unit, or ulimit -n");
            now.set(TimeUnit.SECONDS.toNanos(10));
            assertThat(tries.tryAcquire(3, GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(told.list).hasSize(2);
            assertThat(told.list.getLast().getFormattedMessage())
                    .matches(".*; \\d+ more since the last of these lines");
        }
    }

    @Test
    void aShortageThatLastsIsToldAndItsEnd() throws Exception {
        Semaphore tries = new Semaphore(0);
        AtomicBoolean lasts = new AtomicBoolean(true);
        ListenerWatch.Restart restart =
                () -> {
                    tries.release();
                    if (lasts.get()) {
                        throw new IOException("Too many open files");
                    }
                };
        try (ListenerWatch _ = watch(restart, () -> 0)) {
            assertThat(tries.tryAcquire(2, GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
            lasts.set(false);
            assertThat(tries.tryAcquire(3, GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        down ->
                                assertThat(down)
                                        .isEqualTo(
                                                "127.0.0.1:0: the admin server does not listen,"
                                                        + " and cannot yet: Too many open files; it"
                                                        + " is tried once a second; raise"
                                                        + " LimitNOFILE= of the unit, or ulimit"
                                                        + " -n"),
                        again -> assertThat(again).contains("the admin server listens again"));
    }

    /** On a clock on which ten seconds pass from each look to the next. */
    @Test
    void whoTakesTheAddressDuringAShortageIsToldOnceItIsOver() throws Exception {
        AtomicLong now = new AtomicLong();
        Semaphore looks = new Semaphore(0);
        try (ServerSocket other = new ServerSocket()) {
            ListenerWatch.Restart tooLate =
                    () -> {
                        other.bind(address);
                        throw new IOException("Too many open files");
                    };
            try (ListenerWatch _ =
                    new ListenerWatch(
                            new HostAndPort("127.0.0.1", 0),
                            address,
                            () -> {
                                now.addAndGet(TimeUnit.SECONDS.toNanos(10));
                                looks.release();
                                return Optional.of(new IOException("Too many open files"));
                            },
                            tooLate,
                            now::get)) {
                assertThat(looks.tryAcquire(3, GENEROUS_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(told.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .startsWith(
                            "127.0.0.1:0: the admin server does not listen, and cannot yet: Too many"
                                    + " open files; it is tried once a second; raise LimitNOFILE= of"
                                    + " the unit, or ulimit -n",
                            "127.0.0.1:0: the admin server does not listen, and cannot yet: Address"
                                    + " already in use; it is tried once a second");
        }
    }

    /** Over a listener that ends for want of descriptors whenever it is looked at. */
    private ListenerWatch watch(ListenerWatch.Restart restart, LongSupplier nanoClock) {
        return new ListenerWatch(
                new HostAndPort("127.0.0.1", 0),
                address,
                () -> Optional.of(new IOException("Too many open files")),
                restart,
                nanoClock);
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
