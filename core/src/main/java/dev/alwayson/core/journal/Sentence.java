package dev.alwayson.core.journal;

import dev.alwayson.core.target.Health;
import java.util.List;
import java.util.Locale;

/** What happened, in words for people. */
public final class Sentence {

    private Sentence() {}

    /** In one line. */
    public static String line(Happening happening) {
        return words(happening, ": ", "; ");
    }

    /** With a line of its own for each change or problem that is listed. */
    public static String lines(Happening happening) {
        return words(happening, ":\n  ", "\n  ");
    }

    private static String words(Happening happening, String first, String next) {
        return switch (happening) {
            case Happening.NodeStarted it -> "started, version " + it.version();
            case Happening.NodeStopping it -> "stopping, asked by " + it.by();
            case Happening.ConfigurationApplied it ->
                    "configuration applied, asked by "
                            + it.by()
                            + (it.changes().isEmpty() && !it.by().equals("start")
                                    ? ": no setting has changed"
                                    : list(it.changes(), first, next));
            case Happening.ConfigurationRefused it ->
                    "configuration refused, asked by " + it.by() + list(it.problems(), first, next);
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
                    "%s %s: %d of %d ready servers can serve"
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
                        ? "new work goes to backup or ejected servers only, %d of %d"
                        : "new work goes to %d of %d servers";
        return form.formatted(it.serving(), it.servers());
    }

    private static String list(List<String> items, String first, String next) {
        return items.isEmpty() ? "" : first + String.join(next, items);
    }

    private static String word(Health health) {
        return health.name().toLowerCase(Locale.ROOT);
    }
}
