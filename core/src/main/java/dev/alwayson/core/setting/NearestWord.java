package dev.alwayson.core.setting;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word that a mistaken one was probably meant to be. */
public final class NearestWord {

    private static final int MAX_WORD_CHARS = 64;
    private static final int MAX_DISTANCE = 3;
    private static final int MIN_PREFIX_CHARS = 4;

    private NearestWord() {}

    /** Empty if none is near: at most every third letter wrong, or the beginning of a word. */
    public static Optional<String> to(String word, Collection<String> known) {
        if (word.length() > MAX_WORD_CHARS) {
            return Optional.empty();
        }
        String letters = letters(word);
        int allowed = Math.min(MAX_DISTANCE, letters.length() / 3);
        Optional<String> near =
                known.stream()
                        .filter(k -> distance(letters, letters(k)) <= allowed)
                        .min(Comparator.comparingInt(k -> distance(letters, letters(k))));
        return near.or(() ->
                known.stream()
                        .filter(k -> letters.length() >= MIN_PREFIX_CHARS)
                        .filter(k -> letters(k).startsWith(letters))
                        .findFirst());
    }

    private static String letters(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    /**
     * Insertions, deletions, substitutions and swaps of neighbours that turn one word into the
     * other (optimal string alignment; Damerau, CACM 7(3), 1964).
     */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
                Math.min(
                        cost[i - 1][j - 1] + substitution,
                        Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
