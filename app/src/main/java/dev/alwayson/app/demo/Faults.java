package dev.alwayson.app.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Carries out a {@link FaultPlan} on a thread of its own, and keeps what each fault came to. Safe
 * for use by several threads.
 */
final class Faults {

    private final List<FaultPlan.Planned> plan;
    private final WebServers servers;
    private final Balancer balancer;
    private final Tally tally;
    private final BiConsumer<Duration, String> told;
    private final List<FaultResult> results = new ArrayList<>();
    private final long start;
    private final Thread thread;
    private volatile Optional<Fault> current = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();

    /**
     * Starts at once.
     *
     * @param start of the load, by {@link System#nanoTime}
     * @param told what is done, in words, when
     */
    Faults(
            List<FaultPlan.Planned> plan,
            WebServers servers,
            Balancer balancer,
            Tally tally,
            long start,
            BiConsumer<Duration, String> told) {
        this.plan = List.copyOf(plan);
        this.servers = servers;
        this.balancer = balancer;
        this.tally = tally;
        this.told = told;
        this.start = start;
        this.thread = Thread.ofPlatform().daemon().name("faults").start(this::carryOut);
    }

    private void carryOut() {
        try {
            for (FaultPlan.Planned planned : plan) {
                carryOut(planned);
            }
        } catch (IOException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryOut(FaultPlan.Planned planned) throws IOException, InterruptedException {
        Fault fault = planned.fault();
        sleepUntil(planned.from());
        Tally.Totals before = tally.totals();
        tally.takeDuringFault();
        // The journal's times have milliseconds.
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        put(FaultResult.begun(fault, elapsed(), now));
        told.accept(elapsed(), fault.text());
        current = Optional.of(fault);
        begin(fault);
        sleepUntil(planned.until());
        Tally.Totals after = tally.totals();
        Duration slowest = Duration.of(tally.takeDuringFault().getMaxValue(), ChronoUnit.MICROS);
        told.accept(elapsed(), fault.end());
        end(fault);
        current = Optional.empty();
        ended(after.answered() - before.answered(), after.failed() - before.failed(), slowest);
    }

    private void begin(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Killed killed -> servers.kill(killed.server());
            case Fault.Frozen frozen -> servers.freeze(frozen.server());
            case Fault.Failing failing -> servers.give(failing.server(), new Ailment.Errors());
            case Fault.Slowed slowed ->
                    servers.give(slowed.server(), new Ailment.Slow(slowed.delay()));
            case Fault.Reloaded reloaded -> balancer.favour(reloaded.favoured());
        }
    }

    private void end(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Killed killed -> servers.start(killed.server());
            case Fault.Frozen frozen -> servers.thaw(frozen.server());
            case Fault.Failing failing -> servers.give(failing.server(), new Ailment.None());
            case Fault.Slowed slowed -> servers.give(slowed.server(), new Ailment.None());
            case Fault.Reloaded _ -> balancer.favourNone();
        }
    }

    private void sleepUntil(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(start + time.toNanos() - System.nanoTime());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private synchronized void put(FaultResult result) {
        results.add(result);
    }

    private synchronized void ended(long answered, long failed, Duration slowest) {
        results.add(results.removeLast().ended(answered, failed, slowest));
    }

    /** Tells the faults what the balancer did. */
    synchronized void seen(Occurrence occurrence) {
        results.replaceAll(result -> result.seen(occurrence));
    }

    synchronized List<FaultResult> results() {
        return List.copyOf(results);
    }

    /** The fault that lasts now. */
    Optional<Fault> current() {
        return current;
    }

    /** Why a fault could not be carried out, after which none is. */
    Optional<String> problem() {
        return problem;
    }

    /** Waits for the last fault's end. */
    void await() throws InterruptedException {
        thread.join();
    }
}
