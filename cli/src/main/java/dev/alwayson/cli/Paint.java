package dev.alwayson.cli;

import java.io.Console;
import java.util.Optional;

/** Colours of a terminal (ECMA-48, SGR). Never the only sign of anything. */
enum Paint {
    NONE(""),
    GOOD("\u001b[32m"),
    WARNING("\u001b[33m"),
    BAD("\u001b[31m");

    private static final String END = "\u001b[0m";

    private final String begin;

    Paint(String begin) {
        this.begin = begin;
    }

    String on(String text, boolean colour) {
        return colour && this != NONE ? begin + text + END : text;
    }

    /** How good a word of the status document is. */
    static Paint of(String word) {
        return switch (word) {
            case "up", "healthy", "serving", "ready" -> GOOD;
            case "degraded", "unchecked", "unknown", "draining", "drain", "maintenance", "maint" ->
                    WARNING;
            case "down", "unhealthy", "ejected" -> BAD;
            default -> NONE;
        };
    }

    /** Whether standard output is a terminal that wants colour (no-color.org). */
    static boolean wanted() {
        return !unwanted()
                && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** Whether there is to be no colour anywhere (no-color.org). */
    static boolean unwanted() {
        String noColour = System.getenv("NO_COLOR");
        return noColour != null && !noColour.isEmpty();
    }
}
