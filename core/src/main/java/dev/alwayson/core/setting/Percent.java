package dev.alwayson.core.setting;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** A share from 0 to 1, written as {@code 20%} or {@code 99.9%}. */
public record Percent(double ratio) {

    private static final Pattern FORM = Pattern.compile("\\d{1,3}(\\.\\d{1,9})?%");
    public static final String RULE = "must be a percentage from 0% to 100%, as in 20% or 99.9%";

    public Percent {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #RULE} if the text is not of this form
     */
    public static Percent parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(RULE);
        }
        BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1));
        return new Percent(percent.movePointLeft(2).doubleValue());
    }

    @Override
    public String toString() {
        return BigDecimal.valueOf(ratio).movePointRight(2).stripTrailingZeros().toPlainString()
                + "%";
    }
}
