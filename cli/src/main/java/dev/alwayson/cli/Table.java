package dev.alwayson.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows under a head, each column as wide as its widest cell. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * @param paint how the text is shown on a terminal
     */
    record Cell(String text, Paint paint) {
        static Cell plain(Object text) {
            return new Cell(text.toString(), Paint.NONE);
        }
    }

    Table(String... head) {
        row((Object[]) head);
    }

    /** Cells, or anything whose text is one. */
    Table row(Object... cells) {
        List<Cell> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Cell painted ? painted : Cell.plain(cell));
        }
        rows.add(row);
        return this;
    }

    List<String> lines(boolean colour) {
        return rows.stream().map(row -> line(row, colour)).toList();
    }

    private String line(List<Cell> row, boolean colour) {
        List<String> shown = new ArrayList<>();
        for (int column = 0; column < row.size(); column++) {
            Cell cell = row.get(column);
            String padding = " ".repeat(width(column) - cell.text().length());
            shown.add(cell.paint().on(cell.text(), colour) + padding);
        }
        return shown.stream().collect(Collectors.joining(GAP)).stripTrailing();
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).text().length())
                .max()
                .orElse(0);
    }
}
