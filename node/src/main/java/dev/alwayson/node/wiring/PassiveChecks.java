package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.control.Input;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the control loop, once a second, what came of requests; nothing while none failed. */
final class PassiveChecks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PassiveChecks.class);
    private static final long PERIOD_MILLIS = 1000;

    private final Supplier<List<ServerTries>> results;
    private final Consumer<Input> loop;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("passive-checks").factory());

    /**
     * @param results since they were asked for last
     */
    PassiveChecks(Supplier<List<ServerTries>> results, Consumer<Input> loop) {
        this.results = results;
        this.loop = loop;
    }

    void start() {
        timer.scheduleAtFixedRate(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A failure of whatever kind must not end the looks. */
    private void look() {
        try {
            List<ServerTries> tried = results.get();
            if (!tried.isEmpty()) {
                loop.accept(new Input.Tried(tried));
            }
        } catch (Throwable e) {
            LOG.error("What came of requests could not be told", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
