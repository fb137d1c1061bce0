package dev.alwayson.config;

import dev.alwayson.core.setting.Setting;

/** The values that a setting may have, from one to another, both included. */
record Range(ValueForm form, String min, String max) {

    static Range of(Setting words, ValueForm form) {
        return new Range(form, words.min(), words.max());
    }

    boolean isOpen() {
        return min.isEmpty() && max.isEmpty();
    }

    boolean holds(Object value) {
        return (min.isEmpty() || measure(value) >= measure(form.reader().apply(min)))
                && (max.isEmpty() || measure(value) <= measure(form.reader().apply(max)));
    }

    private long measure(Object value) {
        return form.measure().applyAsLong(value);
    }

    /** {@code from 1 to 256}, {@code at most 1h}. */
    String words() {
        if (min.isEmpty()) {
            return "at most " + max;
        }
        return max.isEmpty() ? "at least " + min : "from " + min + " to " + max;
    }

    String rule() {
        return "must be " + (form.name().equals("number") ? "a whole number " : "") + words();
    }
}
