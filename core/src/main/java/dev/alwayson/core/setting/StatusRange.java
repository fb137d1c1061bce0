package dev.alwayson.core.setting;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP statuses from one to another, both included: {@code 200-399}, or one: {@code 204}. */
public record StatusRange(int from, int to) {

    private static final Pattern FORM = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");
    public static final String RULE = "must be a status or a range, as in 204 or 200-399";

    public StatusRange {
        if (from > to) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #RULE} if the text is not of this form
     */
    public static StatusRange parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(RULE);
        }
        int from = Integer.parseInt(matcher.group(1));
        return new StatusRange(
                from, matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2)));
    }

    public boolean contains(int status) {
        return status >= from && status <= to;
    }

    @Override
    public String toString() {
        return from == to ? Integer.toString(from) : from + "-" + to;
    }
}
