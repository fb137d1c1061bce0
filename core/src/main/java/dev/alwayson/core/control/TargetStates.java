package dev.alwayson.core.control;

import dev.alwayson.core.health.HealthState;
import java.util.List;

/**
 * The state of each target by its index: immutable; one is replaced in a copy of its row, at the
 * price of some {@code size / 64 + 64} references. After the persistent vectors of Bagwell, two
 * levels deep.
 */
final class TargetStates {

    private static final int ROW = 64;

    static final TargetStates EMPTY = new TargetStates(new One[0][]);

    private final One[][] rows;

    private TargetStates(One[][] rows) {
        this.rows = rows;
    }

    static TargetStates of(List<One> states) {
        One[][] rows = new One[(states.size() + ROW - 1) / ROW][];
        for (int row = 0; row < rows.length; row++) {
            int from = row * ROW;
            int to = Math.min(from + ROW, states.size());
            rows[row] = states.subList(from, to).toArray(One[]::new);
        }
        return new TargetStates(rows);
    }

    One get(int index) {
        return rows[index / ROW][index % ROW];
    }

    TargetStates with(int index, One state) {
        One[][] copy = rows.clone();
        One[] row = copy[index / ROW].clone();
        row[index % ROW] = state;
        copy[index / ROW] = row;
        return new TargetStates(copy);
    }

    /**
     * One target.
     *
     * @param round of the one probe that is outstanding; a result of another round is void
     */
    record One(HealthState health, long round) {}
}
