package dev.alwayson.config;

import java.util.List;

/** Lists of words in a sentence. */
final class Words {

    private Words() {}

    /** {@code a}, {@code a or b}, {@code a, b or c}. */
    static String either(List<String> words) {
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
