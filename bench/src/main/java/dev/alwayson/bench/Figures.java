package dev.alwayson.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        return median(measured(scenario, figure, peer).sorted().toArray());
    }

    private static double median(double... sorted) {
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
     * A table in Markdown: a row for each scenario, the medians, and the ratio to the best peer:
     * the median of the rounds' own ratios, with their lower and upper quarter. A machine that has
     * two speeds, each for some rounds, gives medians that may come from different ones.
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
        double[] ratios =
                peers.stream()
                        .filter(peer ->
                                peer.name().equals("HAProxy") || peer.name().equals("nginx"))
                        .filter(peer -> !Double.isNaN(median.applyAsDouble(peer)))
                        .min(lowIsGood ? low : low.reversed())
                        .map(best -> ratios(scenario, figure, best))
                        .orElseGet(() -> new double[0]);
        if (ratios.length == 0 || !Arrays.stream(ratios).allMatch(Double::isFinite)) {
            return "–";
        }
        int quarter = ratios.length / 4;
        return String.format("%.2f", median(ratios))
                // So few rounds have no quarters.
                + (quarter == 0
                        ? ""
                        : String.format(
                                " (%.2f–%.2f)",
                                ratios[quarter], ratios[ratios.length - 1 - quarter]));
    }

    /** Of each round, in order of size. */
    private double[] ratios(String scenario, String figure, Peer best) {
        double[] ours = measured(scenario, figure, Peer.ALWAYS_ON).toArray();
        double[] theirs = measured(scenario, figure, best).toArray();
        return IntStream.range(0, Math.min(ours.length, theirs.length))
                .mapToDouble(round -> ours[round] / theirs[round])
                .sorted()
                .toArray();
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return value < SMALL ? String.format("%.2f", value) : String.format("%,.0f", value);
    }
}
