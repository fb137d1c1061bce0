package dev.alwayson.core.journal;

import dev.alwayson.core.target.Health;
import java.util.List;

/** What happened: the closed set of kinds, and {@link Unrecognized} for those of later versions. */
public sealed interface Happening {

    /** The stable name of the kind, as it is stored and shown: {@code server-health-changed}. */
    default String kind() {
        return kind(getClass());
    }

    /** The same of a record that is one of the kinds. */
    static String kind(Class<?> type) {
        return KindName.OF.get(type);
    }

    /** Whether it always follows from another event. The others come from outside. */
    default boolean consequence() {
        return switch (this) {
            case ServerHealthChanged _,
                    BackendAvailabilityChanged _,
                    ServerReturned _,
                    BackendPanicChanged _ ->
                    true;
            case NodeStarted _,
                    NodeStopping _,
                    ConfigurationApplied _,
                    ConfigurationRefused _,
                    ServerStateChanged _,
                    ServerEjected _,
                    RuntimeChangeNotStored _,
                    EventsLost _,
                    Unrecognized _ ->
                    false;
        };
    }

    /** The node began to run. */
    record NodeStarted(String version) implements Happening {}

    /** The node was told to stop, and no longer is ready. */
    record NodeStopping(String by) implements Happening {}

    /**
     * A configuration is what now runs.
     *
     * @param by who asked: {@code start}, {@code SIGHUP}, {@code admin}
     * @param changes what differs from what ran before, a line each; empty if nothing does
     */
    record ConfigurationApplied(String by, List<String> changes) implements Happening {
        public ConfigurationApplied {
            changes = List.copyOf(changes);
        }
    }

    /** A changed file had problems; nothing was changed. */
    record ConfigurationRefused(String by, List<String> problems) implements Happening {
        public ConfigurationRefused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The checks of a server crossed its rise or fall threshold, or answered for the first time; or
     * nothing is known of its health any more, because its address changed or it is in maintenance.
     * A server that is new begins as {@link Health#UNKNOWN}; from there on {@code from} is always
     * the {@code to} of the one before.
     */
    record ServerHealthChanged(String backend, String server, Health from, Health to, String reason)
            implements Happening {}

    /**
     * Somebody set a server's state.
     *
     * @param state {@code ready}, {@code drain} or {@code maint}
     * @param by who asked
     */
    record ServerStateChanged(String backend, String server, String from, String state, String by)
            implements Happening {}

    /**
     * A backend can serve better or worse than before: {@code up}, {@code degraded} or {@code
     * down}. A backend that is new counts as up until this says otherwise.
     *
     * @param serving the servers that new work may go to, panic aside: there it goes to others, too
     * @param servers all of the backend's servers
     */
    record BackendAvailabilityChanged(
            String backend, String from, String to, int serving, int servers)
            implements Happening {}

    /**
     * The requests of a server kept failing: it gets none for a while.
     *
     * @param reason what failed
     * @param length how long at most, as in {@code 10s}
     * @param times how often in succession, this time included
     */
    record ServerEjected(String backend, String server, String reason, String length, int times)
            implements Happening {}

    /**
     * A server is no longer ejected.
     *
     * @param reason why
     */
    record ServerReturned(String backend, String server, String reason) implements Happening {}

    /**
     * So few servers of a backend can serve that all of them do, or no longer. A backend that is
     * new counts as not panicking.
     *
     * @param able those of them that are healthy or not checked yet, and not ejected
     * @param servers the ready servers that it is decided by: without the backups, or these alone
     *     where no other can serve; all where none can
     */
    record BackendPanicChanged(String backend, boolean panic, int able, int servers)
            implements Happening {}

    /** A runtime change could not be stored: it holds now, and would not survive a restart. */
    record RuntimeChangeNotStored(String problem) implements Happening {}

    /** The journal could not keep up or could not write; {@code count} events are missing. */
    record EventsLost(long count, String problem) implements Happening {}

    /** A kind that this version does not know, kept as it was stored. */
    record Unrecognized(String kind, String json) implements Happening {}
}
