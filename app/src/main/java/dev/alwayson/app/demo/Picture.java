package dev.alwayson.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The live picture: the lines of one {@link Look}, for a terminal of at least 80 by 24. */
record Picture(Colour colour) {

    /** The least. The last column stays free: some terminals wrap when it is written. */
    static final int WIDTH = 79;

    static final int LINES = 22;

    private static final int STORY_LINES = 9;
    private static final int MOST_LINES_OF_ONE = 3;
    private static final String INDENT = " ".repeat(9);
    private static final int BAR = 24;
    private static final double BAR_REQUESTS = 8;

    /**
     * {@link #LINES} lines, none wider than this.
     *
     * @param width at least {@link #WIDTH}
     */
    List<String> lines(Look look, int width) {
        List<String> lines = new ArrayList<>();
        lines.add(
                colour.strong("Always On demo")
                        + "   %s of %s   http://127.0.0.1:%d"
                                .formatted(
                                        Figures.clock(look.elapsed()),
                                        Figures.clock(look.total()),
                                        look.port()));
        lines.add("");
        lines.add(
                "%6s requests/s     p50 %-10s p99 %-10s (last second)"
                        .formatted(
                                Figures.count(look.second().answered()),
                                Figures.micros(look.second().p50()),
                                Figures.micros(look.second().p99())));
        lines.add(counts(look));
        lines.add("");
        lines.add(colour.faint("server   health     requests/s                        running"));
        look.servers().forEach(server -> lines.add(server(server, look)));
        lines.add("");
        lines.add(
                look.fault().isEmpty()
                        ? colour.faint("fault    none")
                        : "fault    " + colour.warn(Figures.cut(look.fault(), width - 9)));
        lines.add("");
        lines.addAll(story(look, width));
        return lines;
    }

    private String counts(Look look) {
        long failed = look.totals().failed();
        String shownFailed = "failed " + Figures.count(failed);
        return "%6s answered       %s saved by a retry      %s"
                .formatted(
                        Figures.count(look.totals().answered()),
                        Figures.count(look.saved()),
                        failed == 0 ? colour.good(shownFailed) : colour.bad(shownFailed));
    }

    private String server(ServerStatus server, Look look) {
        long requests = look.second().perServer().getOrDefault(server.name(), 0L);
        int bar = (int) Math.min(BAR, Math.ceil(requests / BAR_REQUESTS));
        String health = String.format(Locale.ROOT, "%-10s", Figures.cut(server.health(), 10));
        return "%-8s %s %5d %-26s  %5d"
                .formatted(
                        Figures.cut(server.name(), 8),
                        server.healthy() ? colour.good(health) : colour.bad(health),
                        requests,
                        "#".repeat(bar),
                        server.connections());
    }

    /** The newest of it, each whole, oldest first. */
    private List<String> story(Look look, int width) {
        List<String> lines = new ArrayList<>();
        for (Look.Line line : look.told().reversed()) {
            List<String> told = told(line, width);
            if (lines.size() + told.size() > STORY_LINES) {
                break;
            }
            lines.addAll(0, told);
        }
        while (lines.size() < STORY_LINES) {
            lines.add("");
        }
        return lines;
    }

    /** A line of the story, on as many of the picture as its words need. */
    private List<String> told(Look.Line line, int width) {
        List<String> told = new ArrayList<>();
        String head = "%5s  %s ".formatted(Figures.clock(line.at()), line.fault() ? "!" : " ");
        String rest = line.text();
        while (told.size() < MOST_LINES_OF_ONE - 1 && head.length() + rest.length() > width) {
            int room = width - head.length();
            int blank = rest.lastIndexOf(' ', room);
            int end = blank > 0 ? blank : room;
            told.add(head + rest.substring(0, end));
            rest = rest.substring(end).strip();
            head = INDENT;
        }
        told.add(Figures.cut(head + rest, width));
        return line.fault() ? told.stream().map(colour::warn).toList() : told;
    }
}
