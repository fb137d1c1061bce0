package dev.alwayson.sim;

import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * One step as the rules see it.
 *
 * @param facts what the world knows after it, found out without the control loop
 * @param before the snapshot before it
 * @param snapshot the snapshot after it
 */
record Observed(
        Input input,
        List<Effect> effects,
        Facts facts,
        Optional<Snapshot> before,
        Optional<Snapshot> snapshot) {

    <E extends Effect> List<E> effects(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
