package dev.alwayson.app.demo;

import java.time.Duration;
import java.util.Locale;

/** How the demo writes numbers. */
final class Figures {

    private Figures() {}

    /** {@code 12,345}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 0.6 ms}, {@code 12 ms} or {@code 1.2 s}. */
    static String micros(long micros) {
        if (micros < 10_000) {
            return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
        }
        return micros < 1_000_000
                ? micros / 1000 + " ms"
                : String.format(Locale.ROOT, "%.1f s", micros / 1e6);
    }

    static String duration(Duration duration) {
        return micros(duration.toNanos() / 1000);
    }

    /** Minutes and seconds: {@code 1:05}. */
    static String clock(Duration duration) {
        return String.format(
                Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }

    /** At most so many characters; what is cut off is shown by dots. */
    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 3) + "...";
    }
}
