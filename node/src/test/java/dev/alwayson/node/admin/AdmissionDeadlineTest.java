package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** When work for strangers ends. */
final class AdmissionDeadlineTest {

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
        AdmissionDeadline deadline = new AdmissionDeadline(LONG);
        Thread stranger = stranger(deadline);
        begun.await();

        deadline.close();

        assertThat(stranger.join(GENEROUS)).isTrue();
        assertThat(ended).isTrue();
    }

    @Test
    void norDoesOneThatComesMeanwhile() throws InterruptedException {
        AdmissionDeadline deadline = new AdmissionDeadline(LONG);
        deadline.close();

        assertThat(stranger(deadline).join(GENEROUS)).isTrue();
        assertThat(ended).isTrue();
    }
}
