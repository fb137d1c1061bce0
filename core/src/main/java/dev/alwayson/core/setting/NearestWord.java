package dev.alwayson.core.setting;

import java.util.Collection;
import java.util.Optional;

/** The known word that a mistyped one is nearest to, by edit distance (Levenshtein, 1966). */
public final class NearestWord {

    private NearestWord() {}

    /** The nearest of the known words; empty if more than a third of the word would differ. */
    public static Optional<String> to(String word, Collection<String> known) {
        int best = Math.max(2, (word.length() + 2) / 3) + 1;
        Optional<String> nearest = Optional.empty();
        for (String candidate : known) {
            if (Math.abs(candidate.length() - word.length()) < best) {
                int distance = distance(word, candidate);
                if (distance < best) {
                    best = distance;
                    nearest = Optional.of(candidate);
                }
            }
        }
        return nearest;
    }

    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
