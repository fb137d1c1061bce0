package dev.alwayson.node.checks;

import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import dev.alwayson.node.shortage.SeldomSaid;
import dev.alwayson.node.shortage.Shortage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out {@link Effect.Probe}: waits, probes the target on a virtual thread, tells what was
 * found. Every scheduled probe is answered exactly once, within its delay, 20 ms and its check's
 * timeout (and what the machine is late), unless this is closed before. A probe that cannot be made
 * for a {@link Shortage} is put off by a second, again and again until it can.
 *
 * <p>Safe for use by any thread. It runs as many probes at once as it is asked for: the control
 * loop asks for the next one of a target when it knows the last one's result.
 */
public final class Checks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
    private static final Duration MOST_WAIT_AT_CLOSE = Duration.ofSeconds(5);

    /**
     * Probes begin at multiples of this, up to 20 ms late, many at a time: waking the threads for
     * each one costs more than the probe itself.
     */
    private static final long TICK_NANOS = 20_000_000;

    private static final Duration SCARCE_PAUSE = Duration.ofSeconds(1);
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Consumer<Input.Probed> sink;
    private final Names names = new Names();
    private final SeldomSaid shortage = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("check-timer").factory());
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("check-", 1).factory());

    /**
     * @param sink is told each result, on the probe's thread; must be quick and must not throw
     */
    public Checks(Consumer<Input.Probed> sink) {
        this.sink = sink;
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Probes the target once, after the delay. Does nothing once closed. */
    public void schedule(Target target, long round, Duration delay) {
        long now = System.nanoTime();
        long due = Math.ceilDiv(now + delay.toNanos(), TICK_NANOS) * TICK_NANOS;
        Future<?> _ = timer.schedule(() -> start(target, round), due - now, TimeUnit.NANOSECONDS);
    }

    private void start(Target target, long round) {
        threads.execute(() -> probe(target, round));
    }

    private void probe(Target target, long round) {
        try (Probe probe = new Probe(target, names)) {
            tell(target, round, probe.run());
            probe.leave();
        } catch (InterruptedException e) {
            LOG.debug("The check of {} was given up: the checks are closed", target.address());
        } catch (ProbeNotMade e) {
            saySeldom(target, e);
            schedule(target, round, SCARCE_PAUSE);
        } catch (IOException e) {
            LOG.debug("The connection of a check to {} did not close", target.address(), e);
        } catch (Throwable e) { // An Error, too: in silence the target would not be probed again.
            LOG.error("The check of {} failed by an error of its own", target.address(), e);
            String reason = "the check itself failed: " + e;
            tell(target, round, new ProbeResult(false, reason, Duration.ZERO));
        }
    }

    private void saySeldom(Target target, ProbeNotMade problem) {
        if (shortage.say(System.nanoTime()).isPresent()) {
            LOG.warn(
                    "Health checks cannot be made, the one of {} among them, which says nothing"
                            + " about the servers: {}; they are tried again every second; {}",
                    target.address(),
                    problem.getMessage(),
                    problem.why().advice());
        }
    }

    private void tell(Target target, long round, ProbeResult result) {
        if (!timer.isShutdown()) {
            sink.accept(new Input.Probed(target, round, result));
        }
    }

    /**
     * Gives up what is scheduled and what runs: interrupting a virtual thread closes the socket it
     * waits for. Returns when all has ended, after 5 seconds at the latest.
     */
    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
        try (names) {
            if (!threads.awaitTermination(MOST_WAIT_AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Health checks still run after {}", MOST_WAIT_AT_CLOSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
