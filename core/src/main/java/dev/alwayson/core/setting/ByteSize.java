package dev.alwayson.core.setting;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written with its unit: {@code 512B}, {@code 64KiB}, {@code 10MiB}. */
public record ByteSize(long bytes) {

    public static final ByteSize UNLIMITED = new ByteSize(Long.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(B|KiB|MiB|GiB)");
    public static final String RULE =
            "must be a size with its unit, as in 512B, 64KiB, 10MiB, 1GiB, or unlimited";

    public static final String LARGEST = (Long.MAX_VALUE >> 30) + "GiB, or unlimited";

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + ": a size is 0 or more");
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #RULE} if the text is not of this form
     */
    public static ByteSize parse(String text) {
        if (text.equals("unlimited")) {
            return UNLIMITED;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || tooLarge(matcher)) {
            throw new IllegalArgumentException(RULE);
        }
        return new ByteSize(amount(matcher) << shift(matcher));
    }

    /** Whether a text is a size but for its number, which is too large for one. */
    public static boolean tooLarge(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? tooLarge(matcher)
                : text.matches("0*[1-9]\\d{18,}(B|KiB|MiB|GiB)");
    }

    private static boolean tooLarge(Matcher size) {
        return amount(size) > Long.MAX_VALUE >> shift(size);
    }

    private static long amount(Matcher size) {
        return Long.parseLong(size.group(1));
    }

    private static int shift(Matcher size) {
        return switch (size.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
    }

    public static ByteSize kib(long kib) {
        return new ByteSize(kib << 10);
    }

    @Override
    public String toString() {
        if (bytes == Long.MAX_VALUE) {
            return "unlimited";
        }
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        long value = bytes;
        while (unit < 3 && value != 0 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%d%s", value, units[unit]);
    }
}
