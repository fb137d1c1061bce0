package dev.alwayson.cli;

import java.time.Duration;

/** How people say how long: {@code 42s}, {@code 3m 12s}, {@code 2h 5m}, {@code 4d 7h}. */
final class Ago {

    private Ago() {}

    static String of(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h " + seconds % 3600 / 60 + "m";
        }
        return seconds / 86_400 + "d " + seconds % 86_400 / 3600 + "h";
    }
}
