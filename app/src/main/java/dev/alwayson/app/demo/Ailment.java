package dev.alwayson.app.demo;

import dev.alwayson.core.setting.DurationText;
import java.time.Duration;

/** What ails a {@link DemoServer}: how it answers everything but its ailment's own page. */
sealed interface Ailment {

    /** Nothing: it answers at once, with 200. */
    record None() implements Ailment {}

    /** It answers everything with 500, its health too. */
    record Errors() implements Ailment {}

    /** Every answer comes so much later. */
    record Slow(Duration delay) implements Ailment {}

    /**
     * Reads {@code none}, {@code errors} or {@code slow-800ms}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static Ailment parse(String text) {
        if (text.startsWith("slow-")) {
            return new Slow(DurationText.parse(text.substring("slow-".length())));
        }
        return switch (text) {
            case "none" -> new None();
            case "errors" -> new Errors();
            default ->
                    throw new IllegalArgumentException(
                            text + ": must be none, errors or slow with a duration, as in slow-2s");
        };
    }

    /** The form that {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case None _ -> "none";
            case Errors _ -> "errors";
            case Slow slow -> "slow-" + DurationText.format(slow.delay());
        };
    }
}
