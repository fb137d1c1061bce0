package dev.alwayson.node.wiring;

import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.State;
import dev.alwayson.core.control.Step;
import dev.alwayson.core.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides: takes inputs in order, but for a stop, steps, and hands on the
 * effects. Safe for use by several threads; whoever tells something while the queue is full waits.
 */
final class ControlLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    /** More than one result for each of 10,000 targets. */
    private static final int QUEUED_INPUTS = 16_384;

    private static final long IDLE_TURN_MILLIS = 500;
    private static final Duration TAKE_WAIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final Clock clock;
    private final Consumer<Effect> effects;
    private final ArrayBlockingQueue<Told> inputs = new ArrayBlockingQueue<>(QUEUED_INPUTS);

    /**
     * What is taken before the others; most of it stands among them too, where it is passed over.
     */
    private final BlockingQueue<Told> ahead = new ArrayBlockingQueue<>(1);

    private final Thread thread;
    private State state;
    private volatile long lastTurnNanos;
    private volatile boolean closed;

    /**
     * @param effects is given each effect, in order, on the loop's thread; must be quick
     */
    ControlLoop(State first, Clock clock, Consumer<Effect> effects) {
        this.state = first;
        this.clock = clock;
        this.effects = effects;
        this.lastTurnNanos = clock.now().nanos();
        this.thread = Thread.ofPlatform().name("control-loop").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void tell(Input input) {
        enqueue(new Told(input, new CompletableFuture<>()));
    }

    /**
     * Tells, and waits until the effects of this input were handed on.
     *
     * @throws IllegalStateException if they were not within {@link #TAKE_WAIT}, or the step failed
     */
    void tellAndWait(Input input) throws InterruptedException {
        Told told = new Told(input, new CompletableFuture<>());
        enqueue(told);
        await(told);
    }

    /**
     * As {@link #tellAndWait}, before everything that waits, however much that is: only the step at
     * work goes before it.
     */
    void tellAheadAndWait(Input input) throws InterruptedException {
        Told told = new Told(input, new CompletableFuture<>());
        ahead.put(told);
        boolean _ = inputs.offer(told); // Wakes the loop; where there is no room it is awake.
        await(told);
    }

    private static void await(Told told) throws InterruptedException {
        try {
            told.done().get(TAKE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the control loop did not take " + told.input(), e);
        }
    }

    private void enqueue(Told told) {
        try {
            while (!closed && !inputs.offer(told, IDLE_TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("The control loop is behind: {} inputs wait", QUEUED_INPUTS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long ago it last went round; it does so twice a second also when nothing happens. */
    Duration silence() {
        return Duration.ofNanos(clock.now().since(lastTurnNanos));
    }

    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            return; // What comes before it in the start has failed.
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("The control loop still runs after {}", CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                Told told = inputs.poll(IDLE_TURN_MILLIS, TimeUnit.MILLISECONDS);
                lastTurnNanos = clock.now().nanos();
                takeAhead();
                if (told != null && !told.done().isDone()) {
                    turn(told);
                }
            }
            takeAhead(); // It came during the last step.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAhead() {
        Told first;
        while ((first = ahead.poll()) != null) {
            turn(first);
        }
    }

    /** What fails in one step must not end the loop: the state stays as it was before. */
    private void turn(Told told) {
        try {
            Step step = Control.step(state, told.input(), clock.now());
            state = step.state();
            step.effects().forEach(this::handOn);
            told.done().complete(null);
        } catch (Throwable e) {
            LOG.error("The control loop could not take {}", told.input(), e);
            told.done().completeExceptionally(e);
        }
    }

    private void handOn(Effect effect) {
        try {
            effects.accept(effect);
        } catch (Throwable e) {
            LOG.error("An effect of the control loop failed: {}", effect, e);
        }
    }

    private record Told(Input input, CompletableFuture<@Nullable Void> done) {}
}
