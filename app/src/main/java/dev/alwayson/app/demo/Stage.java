package dev.alwayson.app.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the demo is shown. Used by one thread, {@link #close} by any. */
sealed interface Stage extends AutoCloseable {

    /** How often a second {@link #show} is called. */
    int looksPerSecond();

    void show(Look look) throws InterruptedException;

    @Override
    void close();

    /** A terminal: the picture is drawn over the last one, each in one piece. */
    final class Terminal implements Stage {

        private static final String HIDE_CURSOR = "\033[?25l";
        private static final String SHOW_CURSOR = "\033[?25h";

        private static final String CLEAR = "\033[2J\033[H";

        /** Asks the terminal for its size; empty if it does not say. */
        interface Size {
            Optional<TerminalSize> ask() throws InterruptedException;
        }

        private final PrintStream output;
        private final Picture picture;
        private final Size size;
        private int shown;
        private int width = Picture.WIDTH;
        private int drawn;
        private boolean closed;

        Terminal(PrintStream output, Colour colour, Size size) {
            this.output = output;
            this.picture = new Picture(colour);
            this.size = size;
        }

        @Override
        public int looksPerSecond() {
            return 5;
        }

        /** Asks for the size once a second. */
        @Override
        public void show(Look look) throws InterruptedException {
            int before = width;
            if (shown++ % looksPerSecond() == 0) {
                width = size.ask().map(TerminalSize::pictureWidth).orElse(width);
            }
            draw(picture.lines(look, width), width < before);
        }

        /**
         * @param anew whether what was drawn may have been broken into other lines
         */
        private synchronized void draw(List<String> lines, boolean anew) {
            if (closed) {
                return;
            }
            StringBuilder frame = new StringBuilder(HIDE_CURSOR);
            if (anew) {
                frame.append(CLEAR);
            } else if (drawn > 0) {
                frame.append("\033[").append(drawn).append('A');
            }
            lines.forEach(line -> frame.append('\r').append(line).append("\033[K\n"));
            frame.append("\033[J");
            output.print(frame);
            output.flush();
            drawn = lines.size();
        }

        @Override
        public synchronized void close() {
            closed = true;
            output.print(SHOW_CURSOR);
            output.flush();
        }
    }

    /** Anything else: a line a second, and each line of the story as it comes. */
    final class Lines implements Stage {

        private final PrintStream output;
        private int told;

        Lines(PrintStream output) {
            this.output = output;
        }

        @Override
        public int looksPerSecond() {
            return 1;
        }

        @Override
        public void show(Look look) {
            for (Look.Line line : look.told().subList(told, look.told().size())) {
                output.printf(
                        Locale.ROOT,
                        "%5s  %s %s%n",
                        Figures.clock(line.at()),
                        line.fault() ? "!" : ">",
                        line.text());
            }
            told = look.told().size();
            output.printf(
                    Locale.ROOT,
                    "%5s  %d requests/s, p50 %s, p99 %s; answered %d, saved %d, failed %d; %s%n",
                    Figures.clock(look.elapsed()),
                    look.second().answered(),
                    Figures.micros(look.second().p50()),
                    Figures.micros(look.second().p99()),
                    look.totals().answered(),
                    look.saved(),
                    look.totals().failed(),
                    healthy(look));
            output.flush();
        }

        private static String healthy(Look look) {
            long healthy = look.servers().stream().filter(ServerStatus::healthy).count();
            return healthy + " of " + look.servers().size() + " servers healthy";
        }

        @Override
        public void close() {
            output.flush();
        }
    }
}
