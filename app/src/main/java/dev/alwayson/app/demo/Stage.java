package dev.alwayson.app.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Where the demo is shown. Used by one thread, {@link #close} by any. */
sealed interface Stage extends AutoCloseable {

    /** How often a second {@link #show} is called. */
    int looksPerSecond();

    void show(Look look);

    @Override
    void close();

    /** A terminal: the picture is drawn over the last one, each in one piece. */
    final class Terminal implements Stage {

        private static final String HIDE_CURSOR = "\033[?25l";
        private static final String SHOW_CURSOR = "\033[?25h";

        private final PrintStream output;
        private final Picture picture;
        private int drawn;

        Terminal(PrintStream output, Colour colour) {
            this.output = output;
            this.picture = new Picture(colour);
        }

        @Override
        public int looksPerSecond() {
            return 5;
        }

        @Override
        public synchronized void show(Look look) {
            List<String> lines = picture.lines(look);
            StringBuilder frame = new StringBuilder(HIDE_CURSOR);
            if (drawn > 0) {
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
