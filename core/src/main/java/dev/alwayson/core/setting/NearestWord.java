package dev.alwayson.core.setting;

import java.util.Collection;
import java.util.Optional;

/** The known word that a mistaken one was probably meant to be. */
public final class NearestWord {

    private static final int MAX_WORD_CHARS = 64;
    private static final int MAX_KNOWN = 1000;
    private static final int MAX_DISTANCE = 3;
    private static final int MIN_PREFIX_CHARS = 4;

    private NearestWord() {}

    /**
     * Empty if none is near: at most every third letter wrong, or the beginning of a word; and if
     * more than {@link #MAX_KNOWN} are known.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        if (word.length() > MAX_WORD_CHARS || known.size() > MAX_KNOWN) {
            return Optional.empty();
        }
        String letters = letters(word);
        int nearest = 1 + Math.min(MAX_DISTANCE, letters.length() / 3);
        Optional<String> near = Optional.empty();
        for (String candidate : known) {
            String other = letters(candidate);
            boolean tooLong = Math.abs(other.length() - letters.length()) >= nearest;
            int distance = tooLong ? nearest : distance(letters, other);
            if (distance < nearest) {
                nearest = distance;
                near = Optional.of(candidate);
            }
        }
        return near.or(() -> beginningWith(letters, known));
    }

    private static Optional<String> beginningWith(String letters, Collection<String> known) {
        return letters.length() < MIN_PREFIX_CHARS
                ? Optional.empty()
                : known.stream().filter(k -> letters(k).startsWith(letters)).findFirst();
    }

    private static String letters(String word) {
        StringBuilder letters = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            if ("-_. ".indexOf(word.charAt(i)) < 0) {
                letters.append(Character.toLowerCase(word.charAt(i)));
            }
        }
        return letters.toString();
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
