package dev.alwayson.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something in the file that breaks a rule.
 *
 * @param place empty if the problem is the file itself
 * @param path of the setting, as in {@code backends.shop.balance}; empty if it is the file itself
 * @param value what is written there; never what a variable of the environment holds
 * @param rule what it breaks, and what to do
 * @param suggestion the known word that is nearest to what is written
 */
public record Problem(
        Path file,
        Optional<Place> place,
        String path,
        String value,
        String rule,
        Optional<String> suggestion) {

    /** {@code FILE:LINE:COLUMN: path: value: rule (did you mean …?)}. */
    @Override
    public String toString() {
        String where = file + place.map(p -> ":" + p).orElse("");
        return Stream.of(where, path, value, rule)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(": "))
                + suggestion.map(word -> " (did you mean " + word + "?)").orElse("");
    }
}
