package dev.alwayson.bench;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a comparison was asked for.
 *
 * @param rounds 1 to 1000
 * @param seconds of a turn, 1 to 3600
 * @param scenarios the loads, at least one
 */
record Arguments(int rounds, int seconds, List<Scenario> scenarios) {

    private static final int MOST_ROUNDS = 1000;
    private static final int MOST_SECONDS = 3600;

    /**
     * @throws IllegalArgumentException with a sentence for who wrote them
     */
    static Arguments of(String... words) {
        int rounds = 8;
        int seconds = 2;
        String only = "";
        for (int i = 0; i < words.length; i += 2) {
            String name = words[i];
            if (!List.of("--rounds", "--seconds", "--only").contains(name)) {
                throw new IllegalArgumentException(
                        name + ": unknown; there are --rounds N, --seconds N and --only WORD");
            }
            if (i + 1 == words.length) {
                throw new IllegalArgumentException(name + ": its value is missing");
            }
            switch (name) {
                case "--rounds" -> rounds = number(name, words[i + 1], MOST_ROUNDS);
                case "--seconds" -> seconds = number(name, words[i + 1], MOST_SECONDS);
                default -> only = words[i + 1];
            }
        }
        return new Arguments(rounds, seconds, scenarios(only));
    }

    private static int number(String name, String value, int most) {
        // No more digits than an int surely holds.
        if (value.matches("\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                "%s %s: must be a whole number from 1 to %d".formatted(name, value, most));
    }

    private static List<Scenario> scenarios(String only) {
        List<Scenario> found = Scenario.ALL.stream().filter(s -> s.name().contains(only)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "--only %s: no load has this in its name; the loads are: %s"
                            .formatted(
                                    only,
                                    Scenario.ALL.stream()
                                            .map(Scenario::name)
                                            .collect(Collectors.joining("; "))));
        }
        return found;
    }
}
