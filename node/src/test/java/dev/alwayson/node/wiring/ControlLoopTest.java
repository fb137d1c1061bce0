package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.time.HybridTime;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class ControlLoopTest {

    private final BlockingQueue<Effect> effects = new LinkedBlockingQueue<>();

    @Test
    void whoWaitsForAStepThatFailedIsNotToldThatAllIsWell() throws Exception {
        try (ControlLoop loop =
                new ControlLoop(
                        Control.start("lb1", "0.1.0", 0, HybridTime.ZERO, RuntimeChanges.NONE, 1),
                        new SystemClock(),
                        effects::add)) {
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
                new ControlLoop(
                        Control.start("lb1", "0.1.0", 0, HybridTime.ZERO, RuntimeChanges.NONE, 1),
                        new SystemClock(),
                        effect -> {
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

    @SuppressWarnings("NullAway") // an error of our own, such as no type prevents
    private static Input nothing() {
        return null;
    }
}
