package dev.alwayson.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Collects the problems of one file and the notes on it, and knows which settings are in doubt by
 * problems.
 */
final class Problems {

    /** More are not kept: a file that is no configuration at all would fill the terminal. */
    static final int MAX_PROBLEMS = 1000;

    private static final Place NOWHERE = new Place(0, 0);
    private static final Comparator<Place> READING =
            Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

    private final Path file;
    private final List<Problem> found = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final Set<SettingPath> doubtful = new HashSet<>();
    private final Set<SettingPath> aboveDoubtful = new HashSet<>();

    Problems(Path file) {
        this.file = file;
    }

    /** The file that is read. */
    Path file() {
        return file;
    }

    void add(Place place, SettingPath path, String value, String rule) {
        add(place, path, value, rule, Optional.empty());
    }

    void add(
            Place place, SettingPath path, String value, String rule, Optional<String> suggestion) {
        doubt(path);
        add(new Problem(file, Optional.of(place), path.toString(), value, rule, suggestion));
    }

    /** A problem of a key alone: what stands below it is read as if there were none. */
    void addKey(Place place, SettingPath path, String value, String rule) {
        add(new Problem(file, Optional.of(place), path.toString(), value, rule, Optional.empty()));
    }

    /** A problem of the file itself. */
    void add(Optional<Place> place, String value, String rule) {
        add(new Problem(file, place, "", value, rule, Optional.empty()));
    }

    private void add(Problem problem) {
        if (found.size() < MAX_PROBLEMS) {
            found.add(problem);
        } else if (found.size() == MAX_PROBLEMS) {
            String rule = "has more than " + MAX_PROBLEMS + " problems; mend these first";
            found.add(new Problem(file, Optional.empty(), "", "", rule, Optional.empty()));
        }
    }

    void note(Place place, SettingPath path, String meaning) {
        notes.add(new Note(file, place, path.toString(), meaning));
    }

    /** What follows from this setting's value is no problem of its own. */
    void doubt(SettingPath path) {
        doubtful.add(path);
        aboveDoubtful.addAll(path.ancestors());
    }

    /** The settings directly below this one that a problem makes doubtful themselves. */
    Stream<SettingPath> doubtfulBelow(SettingPath group) {
        return doubtful.stream()
                .filter(path -> !path.steps().isEmpty() && path.parent().equals(group));
    }

    /** Whether no problem is known of the setting, what it is part of, and what is part of it. */
    boolean sound(SettingPath path) {
        return !doubtful.contains(path)
                && !aboveDoubtful.contains(path)
                && path.ancestors().stream().noneMatch(doubtful::contains);
    }

    /** In the order of the file. */
    List<Problem> sorted() {
        return found.stream()
                .sorted(Comparator.comparing(p -> p.place().orElse(NOWHERE), READING))
                .toList();
    }

    /** In the order of the file. */
    List<Note> notes() {
        return notes.stream().sorted(Comparator.comparing(Note::place, READING)).toList();
    }
}
