package dev.alwayson.core.control;

import java.util.List;

/**
 * What an input leads to.
 *
 * @param effects to be carried out in this order
 */
public record Step(State state, List<Effect> effects) {

    public Step {
        effects = List.copyOf(effects);
    }
}
