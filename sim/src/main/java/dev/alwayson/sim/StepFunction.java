package dev.alwayson.sim;

import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.State;
import dev.alwayson.core.control.Step;
import dev.alwayson.core.time.Moment;

/** What the simulation runs: the control loop's step, or one that was broken to test the rules. */
@FunctionalInterface
public interface StepFunction {
    Step step(State state, Input input, Moment now);
}
