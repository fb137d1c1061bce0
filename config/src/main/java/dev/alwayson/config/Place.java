package dev.alwayson.config;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** A place in a text; line and column count from 1. */
public record Place(int line, int column) {

    static final Place START = new Place(1, 1);

    static Place of(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    static Place of(Node node) {
        return node.getStartMark().map(Place::of).orElse(START);
    }

    /** The place of a character of a text, by its index. */
    static Place at(String text, int index) {
        int line = 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
        int start = text.lastIndexOf('\n', index - 1) + 1;
        return new Place(line, 1 + text.codePointCount(start, index));
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
