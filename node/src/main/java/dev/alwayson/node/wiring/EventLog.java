package dev.alwayson.node.wiring;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.target.Health;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what happened, a line for each event. */
final class EventLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.alwayson.event");

    private EventLog() {}

    static void tell(Event event) {
        if (bad(event.happening())) {
            LOG.warn("{}", sentence(event.happening()));
        } else {
            LOG.info("{}", sentence(event.happening()));
        }
    }

    static String sentence(Happening happening) {
        return switch (happening) {
            case Happening.NodeStarted it -> "started, version " + it.version();
            case Happening.NodeStopping it -> "stopping, asked by " + it.by();
            case Happening.ConfigurationApplied it ->
                    "configuration applied, asked by "
                            + it.by()
                            + (it.changes().isEmpty() && !it.by().equals("start")
                                    ? ": no setting has changed"
                                    : lines(it.changes()));
            case Happening.ConfigurationRefused it ->
                    "configuration refused, asked by " + it.by() + lines(it.problems());
            case Happening.ServerHealthChanged it ->
                    "%s/%s is %s, was %s: %s"
                            .formatted(
                                    it.backend(),
                                    it.server(),
                                    word(it.to()),
                                    word(it.from()),
                                    it.reason());
            case Happening.ServerStateChanged it ->
                    "%s/%s is set to %s, was %s, asked by %s"
                            .formatted(it.backend(), it.server(), it.state(), it.from(), it.by());
            case Happening.BackendAvailabilityChanged it ->
                    "%s is %s, was %s: %s"
                            .formatted(it.backend(), it.to(), it.from(), availability(it));
            case Happening.ServerEjected it ->
                    "%s/%s is ejected for %s (%d in succession): %s"
                            .formatted(
                                    it.backend(),
                                    it.server(),
                                    it.length(),
                                    it.times(),
                                    it.reason());
            case Happening.ServerReturned it ->
                    "%s/%s is no longer ejected: %s"
                            .formatted(it.backend(), it.server(), it.reason());
            case Happening.BackendPanicChanged it ->
                    "%s %s: %d of %d servers can serve"
                            .formatted(
                                    it.backend(),
                                    it.panic()
                                            ? "panics, every ready server serves"
                                            : "no longer panics",
                                    it.able(),
                                    it.servers());
            case Happening.RuntimeChangeNotStored it ->
                    "a runtime change is not stored, a restart forgets it: " + it.problem();
            case Happening.EventsLost it ->
                    it.count()
                            + (it.count() == 1 ? " event lost: " : " events lost: ")
                            + it.problem();
            case Happening.Unrecognized it -> it.kind() + " " + it.json();
        };
    }

    private static String availability(Happening.BackendAvailabilityChanged it) {
        // Where none is missing, it is their rank that makes it degraded.
        boolean lastResort = it.to().equals("degraded") && it.serving() == it.servers();
        String form =
                lastResort
                        ? "only backup or ejected servers can serve, %d of %d"
                        : "%d of %d servers can serve";
        return form.formatted(it.serving(), it.servers());
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

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : ":\n  " + String.join("\n  ", lines);
    }

    private static String word(Health health) {
        return health.name().toLowerCase(Locale.ROOT);
    }
}
