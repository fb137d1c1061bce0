package dev.alwayson.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        double[] sorted =
                all.getOrDefault(new Key(scenario, figure, peer.name()), List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * A table in Markdown: a row for each scenario, the medians, and the ratio to the best peer.
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
        double[] theirs =
                peers.stream()
                        .filter(peer ->
                                peer.name().equals("HAProxy") || peer.name().equals("nginx"))
                        .mapToDouble(peer -> median(scenario, figure, peer))
                        .filter(value -> !Double.isNaN(value))
                        .toArray();
        double ours = median(scenario, figure, Peer.ALWAYS_ON);
        if (theirs.length == 0 || Double.isNaN(ours)) {
            return "–";
        }
        double best =
                lowIsGood
                        ? Arrays.stream(theirs).min().orElseThrow()
                        : Arrays.stream(theirs).max().orElseThrow();
        double ratio = ours / best;
        return Double.isFinite(ratio) ? String.format("%.2f", ratio) : "–";
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return value < SMALL ? String.format("%.2f", value) : String.format("%,.0f", value);
    }
}
