package dev.alwayson.app.demo;

/** Colours for a terminal that has them, and none for everything else. */
record Colour(boolean on) {

    /** On a terminal, unless NO_COLOR is set (no-color.org) or the terminal is dumb. */
    static Colour of(boolean terminal, String noColor, String term) {
        return new Colour(terminal && noColor.isEmpty() && !term.equals("dumb"));
    }

    String good(String text) {
        return wrap("32", text);
    }

    String bad(String text) {
        return wrap("31", text);
    }

    String warn(String text) {
        return wrap("33", text);
    }

    String strong(String text) {
        return wrap("1", text);
    }

    String faint(String text) {
        return wrap("2", text);
    }

    private String wrap(String code, String text) {
        return on ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
