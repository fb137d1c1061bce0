package dev.alwayson.node.wiring;

import dev.alwayson.core.time.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes at one time; a newer time replaces the one before. Set by one thread. */
final class Alarm implements AutoCloseable {

    private final Clock clock;
    private final Runnable wake;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("alarm").factory());
    private @Nullable Future<?> set;

    Alarm(Clock clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * @param nanos a monotonic time of the clock
     */
    void wakeAt(long nanos) {
        if (set != null) {
            set.cancel(false);
        }
        long wait = Math.max(0, nanos - clock.now().nanos());
        set = timer.schedule(wake, wait, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
