package dev.alwayson.sim;

import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;

/** A loop that waits for nothing is not woken: after a quiet time no wake-up is asked for. */
final class WakeRule implements Rule {

    private boolean asked;

    @Override
    public void check(Observed step) {
        asked = asked && !(step.input() instanceof Input.Woken);
        int count = step.effects(Effect.WakeAt.class).size();
        Violation.unless(count <= 1, "%d wake-ups are asked for in one step", count);
        asked = asked || count == 1;
    }

    @Override
    public void settled(Observed last) {
        Violation.unless(!asked, "a wake-up is asked for after a quiet time");
    }
}
