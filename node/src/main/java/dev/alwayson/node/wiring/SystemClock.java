package dev.alwayson.node.wiring;

import dev.alwayson.core.time.Clock;
import dev.alwayson.core.time.Moment;
import java.time.Instant;

/** The machine's clocks. */
final class SystemClock implements Clock {

    @Override
    public Moment now() {
        return new Moment(System.nanoTime(), Instant.now());
    }
}
