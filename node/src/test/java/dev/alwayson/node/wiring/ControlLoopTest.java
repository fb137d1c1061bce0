package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.time.HybridTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ControlLoopTest {

    private static final int MORE_THAN_FIT = 17_000;
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final BlockingQueue<Effect> effects = new LinkedBlockingQueue<>();

    @Test
    void whoWaitsForAStepThatFailedIsNotToldThatAllIsWell() throws Exception {
        try (ControlLoop loop = loop(effects::add)) {
            loop.start();

            assertThatThrownBy(() -> loop.tellAndWait(nothing()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the control loop did not take");

            loop.tellAndWait(new Input.Stop("test"));
            assertThat(effects).hasAtLeastOneElementOfType(Effect.Append.class);
        }
    }

    @Test
    void anErrorInAnEffectEndsNeitherTheOthersNorTheLoop() throws Exception {
        try (ControlLoop loop =
                loop(effect -> {
                    effects.add(effect);
                    throw new StackOverflowError("told");
                })) {
            loop.start();

            loop.tellAndWait(new Input.Stop("test"));
            effects.clear();
            loop.tellAndWait(new Input.ConfigurationRefused(List.of("told"), "test"));
            assertThat(effects).hasAtLeastOneElementOfType(Effect.Append.class);
        }
    }

    @Test
    void whatGoesAheadWaitsForNoMoreThanTheStepAtWorkHoweverManyWait() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ControlLoop loop =
                loop(effect -> {
                    effects.add(effect);
                    atWork.countDown();
                    awaitUninterrupted(goOn);
                })) {
            loop.start();
            loop.tell(refused("at work"));
            atWork.await();
            Thread many =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < MORE_THAN_FIT; i++) {
                                    loop.tell(refused("waiting"));
                                }
                            });
            awaitWaiting(many);
            Thread stopping = Thread.ofPlatform().start(() -> tellStop(loop));
            awaitWaiting(stopping);
            goOn.countDown();
            assertThat(stopping.join(GENEROUS)).isTrue();
            assertThat(many.join(GENEROUS)).isTrue();

            List<Happening> told = new ArrayList<>();
            while (told.size() < MORE_THAN_FIT + 2) {
                Effect effect = effects.poll(GENEROUS.toSeconds(), TimeUnit.SECONDS);
                assertThat(effect).isInstanceOf(Effect.Append.class);
                told.add(((Effect.Append) effect).event().happening());
            }
            assertThat(told.indexOf(new Happening.NodeStopping("test"))).isEqualTo(1);
            assertThat(told).filteredOn(Happening.NodeStopping.class::isInstance).hasSize(1);
        }
    }

    @Test
    void whatGoesAheadIsTakenAlsoIfTheLoopIsClosedDuringAStep() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ControlLoop loop =
                loop(effect -> {
                    atWork.countDown();
                    awaitUninterrupted(goOn);
                    effects.add(effect);
                })) {
            loop.start();
            loop.tell(refused("at work"));
            atWork.await();
            Thread stopping = Thread.ofPlatform().start(() -> tellStop(loop));
            awaitWaiting(stopping);
            Thread closing = Thread.ofPlatform().start(loop::close);
            awaitWaiting(closing);
            goOn.countDown();
            assertThat(closing.join(GENEROUS)).isTrue();

            assertThat(effects)
                    .map(effect -> ((Effect.Append) effect).event().happening())
                    .contains(new Happening.NodeStopping("test"));
            assertThat(stopping.join(GENEROUS)).isTrue();
        }
    }

    private static ControlLoop loop(Consumer<Effect> effects) {
        return new ControlLoop(
                Control.start("lb1", "0.1.0", 0, HybridTime.ZERO, RuntimeChanges.NONE, 1),
                new SystemClock(),
                effects);
    }

    private static void tellStop(ControlLoop loop) {
        try {
            loop.tellAheadAndWait(new Input.Stop("test"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("%s waits", thread).isLessThan(deadline);
            Thread.sleep(1);
        }
    }

    private static Input refused(String by) {
        return new Input.ConfigurationRefused(List.of("told"), by);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("NullAway") // an error of our own, such as no type prevents
    private static Input nothing() {
        return null;
    }
}
