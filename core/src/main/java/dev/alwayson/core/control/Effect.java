package dev.alwayson.core.control;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.target.Target;
import java.time.Duration;

/** What the control loop wants done. Effects run elsewhere; none of them blocks the loop. */
public sealed interface Effect {

    record Publish(Snapshot snapshot) implements Effect {}

    record Append(Event event) implements Effect {}

    /** Probe the target once, after {@code delay}, and tell {@link Input.Probed}. */
    record Probe(Target target, long round, Duration delay) implements Effect {}

    /** Store the changes, and tell {@link Input.RuntimeSaved}. */
    record SaveRuntime(RuntimeChanges changes) implements Effect {}

    /** The command of this number has ended. */
    record Answer(long command, Outcome outcome) implements Effect {}

    /** Tell {@link Input.Woken} at this monotonic time. The newest one replaces those before. */
    record WakeAt(long nanos) implements Effect {}

    /** How a command ended. */
    sealed interface Outcome {
        /** It holds, and survives a restart. */
        record Done() implements Outcome {}

        /** It names a server that is not configured; {@code nearest} may be what was meant. */
        record Unknown(String subject, String nearest) implements Outcome {}

        /** It holds, but could not be stored: a restart forgets it. */
        record NotStored(String problem) implements Outcome {}
    }
}
