package dev.alwayson.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs Always On, HAProxy, nginx and Caddy beside one another and prints what each takes for the
 * same work: {@code bench/compare [--rounds N] [--seconds N] [--only WORD]}.
 *
 * <p>All proxies share one core, the load and the servers another; the proxies take turns, so that
 * a machine that grows slower is so for all.
 */
final class Compare {

    static final String RATE = "requests/s";
    static final String CPU = "CPU a request, µs";
    static final String USER = "user part, µs";
    static final String KERNEL = "kernel part, µs";
    static final String P50 = "p50, ms";
    static final String P99 = "p99, ms";
    static final String P999 = "p99.9, ms";
    static final String ERRORS = "errors";
    static final String MEMORY = "memory, MiB";
    private static final String AT_HIGH = Scenario.STEADY.name() + ", at 80 %";
    private static final String AT_START = Scenario.STEADY.name() + ", at 50 %, first 10 s";
    private static final String WARM = Scenario.STEADY.name() + ", at 50 %, warm";
    private static final String AT_REST = "at rest";
    private static final String AFTER = "after all of it";
    private static final double HIGH = 0.8;
    private static final double HALF = 0.5;
    private static final int MOST_STARTS = 3;
    private static final int START_SECONDS = 10;

    /** What runs hot is compiled when it has run some ten thousand times: 1 MiB runs a thousand. */
    private static final int WARM_UP_SECONDS = 10;

    private final int rounds;
    private final int starts;
    private final int seconds;
    private final List<Scenario> scenarios;
    private final Figures figures = new Figures();

    private Compare(Arguments arguments) {
        rounds = arguments.rounds();
        starts = Math.min(rounds, MOST_STARTS);
        seconds = arguments.seconds();
        scenarios = arguments.scenarios();
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Path root = Path.of(System.getProperty("alwayson.root", ".")).toAbsolutePath().normalize();
        Arguments arguments;
        try {
            arguments = Arguments.of(words);
        } catch (IllegalArgumentException e) {
            say("bench/compare: " + e.getMessage());
            System.exit(2);
            return;
        }
        new Compare(arguments).run(root);
    }

    private void run(Path root) throws IOException, InterruptedException {
        Path folder = Folder.untilTheEnd();
        List<Peer> peers = Peer.ALL;
        try (Stage stage = new Stage(root, folder, 0, 1, peers)) {
            Path report = folder.resolve("report.lua");
            Files.writeString(report, Stage.resource("report.lua"));
            Load load = new Load(1, folder, report);
            say("Warming up");
            for (Peer peer : peers) {
                for (Scenario scenario : scenarios) {
                    if (scenario.fits(peer)) {
                        int port = stage.port(peer, scenario.entrance());
                        load.full(scenario, port, WARM_UP_SECONDS);
                    }
                }
            }
            TimeUnit.SECONDS.sleep(seconds);
            for (Peer peer : peers) {
                figures.add(AT_REST, MEMORY, peer, stage.program(peer).memory());
            }
            for (int round = 1; round <= rounds; round++) {
                say("Round " + round + " of " + rounds);
                for (Scenario scenario : scenarios) {
                    for (Peer peer : turn(peers, round)) {
                        if (scenario.fits(peer)) {
                            full(stage, load, scenario, peer);
                        }
                    }
                }
                if (scenarios.contains(Scenario.STEADY)) {
                    double highest = highest(peers);
                    for (Peer peer : turn(peers, round)) {
                        steady(stage, load, peer, AT_HIGH, seconds, HIGH * highest);
                    }
                }
            }
            for (Peer peer : peers) {
                figures.add(AFTER, MEMORY, peer, stage.program(peer).memory());
            }
            if (scenarios.contains(Scenario.STEADY)) {
                starts(stage, load, peers);
            }
        }
        print(root, peers);
    }

    /** Whoever came first comes last the next time. */
    private static List<Peer> turn(List<Peer> peers, int round) {
        List<Peer> order = new ArrayList<>(peers);
        java.util.Collections.rotate(order, round);
        return order;
    }

    private void full(Stage stage, Load load, Scenario scenario, Peer peer)
            throws IOException, InterruptedException {
        Program program = stage.program(peer);
        Program.Time before = program.time();
        int port = stage.port(peer, scenario.entrance());
        Load.Shown shown = load.full(scenario, port, scenario.turns() * seconds);
        Program.Time used = program.time().since(before);
        String name = scenario.name();
        figures.add(name, RATE, peer, shown.rate());
        double each = 1e6 / Math.max(1, shown.requests());
        figures.add(name, USER, peer, used.userSeconds() * each);
        figures.add(name, KERNEL, peer, used.kernelSeconds() * each);
        figures.add(name, CPU, peer, (used.userSeconds() + used.kernelSeconds()) * each);
        figures.add(name, ERRORS, peer, (double) shown.errors());
        latencies(name, peer, shown);
    }

    private void latencies(String name, Peer peer, Load.Shown shown) {
        figures.add(name, P50, peer, shown.p50());
        figures.add(name, P99, peer, shown.p99());
        figures.add(name, P999, peer, shown.p999());
    }

    /** The highest rate of HAProxy and nginx. */
    private double highest(List<Peer> peers) {
        return peers.stream()
                .filter(peer -> peer.name().equals("HAProxy") || peer.name().equals("nginx"))
                .mapToDouble(peer -> figures.median(Scenario.STEADY.name(), RATE, peer))
                .max()
                .orElseThrow();
    }

    /** What a start does to those who come first, beside what they get once all is warm. */
    private void starts(Stage stage, Load load, List<Peer> peers)
            throws IOException, InterruptedException {
        double rate = HALF * highest(peers);
        for (int round = 1; round <= starts; round++) {
            say("Start " + round + " of " + starts);
            for (Peer peer : turn(peers, round)) {
                stage.restart(peer);
                steady(stage, load, peer, AT_START, START_SECONDS, rate);
                load.full(Scenario.STEADY, stage.port(peer, Ports.Entrance.HTTP), WARM_UP_SECONDS);
                steady(stage, load, peer, WARM, START_SECONDS, rate);
            }
        }
    }

    private void steady(Stage stage, Load load, Peer peer, String name, int seconds, double rate)
            throws IOException, InterruptedException {
        int port = stage.port(peer, Ports.Entrance.HTTP);
        latencies(name, peer, load.steady(Scenario.STEADY, port, seconds, rate));
    }

    private void print(Path root, List<Peer> peers) throws IOException {
        List<String> names = scenarios.stream().map(Scenario::name).toList();
        List<String> timed = new ArrayList<>(names);
        if (scenarios.contains(Scenario.STEADY)) {
            timed.addAll(List.of(AT_HIGH, AT_START, WARM));
        }
        StringBuilder text = new StringBuilder();
        text.append(times(rounds, "round")).append(" of ").append(seconds).append(" s");
        if (scenarios.contains(Scenario.STEADY)) {
            text.append(" and ").append(times(starts, "start")).append(", ");
            text.append(START_SECONDS).append(" s each");
        }
        text.append("; medians.\n\n");
        for (String figure : List.of(CPU, USER, KERNEL)) {
            text.append(figures.table(figure, true, names, peers)).append('\n');
        }
        text.append(figures.table(RATE, false, names, peers)).append('\n');
        for (String figure : List.of(P50, P99, P999)) {
            text.append(figures.table(figure, true, timed, peers)).append('\n');
        }
        text.append(figures.table(ERRORS, true, names, peers)).append('\n');
        text.append(figures.table(MEMORY, true, List.of(AT_REST, AFTER), peers));
        IO.println(text);
        Path file = root.resolve("bench/target/compare.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        say("Also in " + root.relativize(file));
    }

    private static String times(int count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    private static void say(String sentence) {
        System.err.println(sentence);
    }
}
