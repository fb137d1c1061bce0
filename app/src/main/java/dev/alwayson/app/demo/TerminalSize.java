package dev.alwayson.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many lines and columns a terminal shows. */
record TerminalSize(int lines, int columns) {

    private static final Pattern STTY = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})\\s*");

    /** That of the terminal on standard input; empty if it does not say. */
    static Optional<TerminalSize> ask() throws InterruptedException {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return Optional.empty();
            }
            return read(
                    new String(stty.getInputStream().readNBytes(100), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // There is no stty: most terminals are large enough.
            return Optional.empty();
        }
    }

    /** Reads {@code 24 80}; a terminal that does not know says {@code 0 0}. */
    static Optional<TerminalSize> read(String stty) {
        Matcher matcher = STTY.matcher(stty);
        return matcher.matches()
                ? Optional.of(
                        new TerminalSize(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** How wide the live picture may be: it needs what it needs, and leaves a column free. */
    int pictureWidth() {
        return Math.max(Picture.WIDTH, columns - 1);
    }

    /** Whether the live picture fits, which is drawn over itself and must not wrap or scroll. */
    boolean holdsPicture() {
        return lines > Picture.LINES && columns > Picture.WIDTH;
    }
}
