package dev.alwayson.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What was measured, by what, where and of whom: as many times as there were rounds. */
final class Figures {

    /** Under 20, three digits say more than one. */
    private static final double SMALL = 20;

    private record Key(String scenario, String figure, String peer) {}

    private final Map<Key, List<Double>> all = new LinkedHashMap<>();

    void add(String scenario, String figure, Peer peer, double value) {
        all.computeIfAbsent(new Key(scenario, figure, peer.name()), key -> new ArrayList<>())
                .add(value);
    }

    /** NaN if nothing was measured. */
    double median(String scenario, String figure, Peer peer) {
        double[] sorted = measured(scenario, figure, peer).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private DoubleStream measured(String scenario, String figure, Peer peer) {
        return all.getOrDefault(new Key(scenario, figure, peer.name()), List.of()).stream()
                .mapToDouble(Double::doubleValue);
    }

    /**
     * A table in Markdown: a row for each scenario, the medians, and their ratio to that of the
     * best peer; with it the lower and the upper quarter of the rounds' own ratios.
     */
    String table(String figure, boolean lowIsGood, List<String> scenarios, List<Peer> peers) {
        StringBuilder text = new StringBuilder("| " + figure);
        peers.forEach(peer -> text.append(" | ").append(peer.name()));
        text.append(" | Always On : better of HAProxy and nginx |\n|---")
                .append("|---:".repeat(peers.size() + 1))
                .append("|\n");
        for (String scenario : scenarios) {
            text.append("| ").append(scenario);
            for (Peer peer : peers) {
                text.append(" | ").append(number(median(scenario, figure, peer)));
            }
            text.append(" | ").append(ratio(scenario, figure, lowIsGood, peers)).append(" |\n");
        }
        return text.toString();
    }

    private String ratio(String scenario, String figure, boolean lowIsGood, List<Peer> peers) {
        ToDoubleFunction<Peer> median = peer -> median(scenario, figure, peer);
        Comparator<Peer> low = Comparator.comparingDouble(median);
        Optional<Peer> best =
                peers.stream()
                        .filter(peer ->
                                peer.name().equals("HAProxy") || peer.name().equals("nginx"))
                        .filter(peer -> !Double.isNaN(median.applyAsDouble(peer)))
                        .min(lowIsGood ? low : low.reversed());
        double ratio =
                median.applyAsDouble(Peer.ALWAYS_ON)
                        / best.map(median::applyAsDouble).orElse(Double.NaN);
        return Double.isFinite(ratio)
                ? String.format("%.2f", ratio) + quarters(scenario, figure, best.orElseThrow())
                : "–";
    }

    /** Nothing for so few rounds that they have no quarters. */
    private String quarters(String scenario, String figure, Peer best) {
        double[] ours = measured(scenario, figure, Peer.ALWAYS_ON).toArray();
        double[] theirs = measured(scenario, figure, best).toArray();
        double[] sorted =
                IntStream.range(0, Math.min(ours.length, theirs.length))
                        .mapToDouble(round -> ours[round] / theirs[round])
                        .sorted()
                        .toArray();
        int quarter = sorted.length / 4;
        return quarter == 0 || !Arrays.stream(sorted).allMatch(Double::isFinite)
                ? ""
                : String.format(
                        " (%.2f–%.2f)", sorted[quarter], sorted[sorted.length - 1 - quarter]);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return value < SMALL ? String.format("%.2f", value) : String.format("%,.0f", value);
    }
}
