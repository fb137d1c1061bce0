package dev.alwayson.node.wiring;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Sentence;
import dev.alwayson.core.target.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what happened, a line for each event. */
final class EventLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.alwayson.event");

    private EventLog() {}

    static void tell(Event event) {
        if (bad(event.happening())) {
            LOG.warn("{}", Sentence.lines(event.happening()));
        } else {
            LOG.info("{}", Sentence.lines(event.happening()));
        }
    }

    private static boolean bad(Happening happening) {
        return switch (happening) {
            case Happening.NodeStarted _,
                    Happening.NodeStopping _,
                    Happening.ConfigurationApplied _,
                    Happening.ServerStateChanged _,
                    Happening.ServerReturned _,
                    Happening.Unrecognized _ ->
                    false;
            case Happening.ServerHealthChanged it -> it.to() == Health.UNHEALTHY;
            case Happening.BackendPanicChanged it -> it.panic();
            case Happening.BackendAvailabilityChanged it -> !it.to().equalsIgnoreCase("up");
            case Happening.ConfigurationRefused _,
                    Happening.ServerEjected _,
                    Happening.RuntimeChangeNotStored _,
                    Happening.EventsLost _ ->
                    true;
        };
    }
}
