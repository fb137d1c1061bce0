package dev.alwayson.node.journal;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.node.json.HappeningJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The one table of the journal, and the statements that are made of it. */
final class EventTable {

    /** The form of the file: its {@code user_version}. */
    static final int FORM = 1;

    private static final String CREATE =
            """
            CREATE TABLE IF NOT EXISTS event (
                position INTEGER PRIMARY KEY AUTOINCREMENT,
                node TEXT NOT NULL,
                sequence INTEGER NOT NULL,
                millis INTEGER NOT NULL,
                counter INTEGER NOT NULL,
                wall_nanos INTEGER NOT NULL,
                kind TEXT NOT NULL,
                version INTEGER NOT NULL,
                scope TEXT NOT NULL,
                cause_node TEXT,
                cause_sequence INTEGER,
                body TEXT NOT NULL,
                UNIQUE (node, sequence)
            ) STRICT
            """;
    private static final String INSERT =
            "INSERT INTO event (node, sequence, millis, counter, wall_nanos, kind, version, scope,"
                    + " cause_node, cause_sequence, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SELECT =
            "SELECT position, node, sequence, millis, counter, wall_nanos, kind, version, scope,"
                    + " cause_node, cause_sequence, body FROM event WHERE position > ?"
                    + " ORDER BY position LIMIT ?";
    private static final String PRUNE =
            "DELETE FROM event WHERE position IN"
                    + " (SELECT position FROM event ORDER BY position LIMIT ?)"
                    + " AND (wall_nanos < ? OR position <= ?)"
                    + " AND position < (SELECT max(position) FROM event)";

    private EventTable() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
            statement.execute("PRAGMA user_version = " + FORM);
        }
    }

    static int form(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.getInt(1);
        }
    }

    static void insert(Connection connection, List<Event> events) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (Event event : events) {
                bind(statement, event);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    static List<Journal.Entry> select(Connection connection, long after, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            statement.setLong(1, after);
            statement.setInt(2, limit);
            List<Journal.Entry> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new Journal.Entry(row.getLong("position"), event(row)));
                }
            }
            return entries;
        }
    }

    /** Deletes of the {@code atMost} oldest events those that are too old or too many. */
    static void prune(Connection connection, Retention retention, Instant now, int atMost)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PRUNE)) {
            statement.setInt(1, atMost);
            statement.setLong(2, nanos(now.minus(retention.age())));
            statement.setLong(3, newestPosition(connection) - retention.events());
            statement.executeUpdate();
        }
    }

    static long newestPosition(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT coalesce(max(position), 0) FROM event")) {
            return row.getLong(1);
        }
    }

    static LastEvent last(Connection connection, String node) throws SQLException {
        String newest =
                "SELECT sequence, millis, counter FROM event WHERE node = ?"
                        + " ORDER BY sequence DESC LIMIT 1";
        try (PreparedStatement statement = connection.prepareStatement(newest)) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new LastEvent(
                                row.getLong(1), new HybridTime(row.getLong(2), row.getInt(3)))
                        : LastEvent.NONE;
            }
        }
    }

    private static void bind(PreparedStatement statement, Event event) throws SQLException {
        statement.setString(1, event.id().node());
        statement.setLong(2, event.id().sequence());
        statement.setLong(3, event.time().millis());
        statement.setInt(4, event.time().counter());
        statement.setLong(5, nanos(event.wall()));
        statement.setString(6, event.happening().kind());
        statement.setInt(7, event.version());
        statement.setString(8, event.scope().name().toLowerCase(Locale.ROOT));
        if (event.cause().isPresent()) {
            statement.setString(9, event.cause().get().node());
            statement.setLong(10, event.cause().get().sequence());
        } else {
            statement.setNull(9, Types.VARCHAR);
            statement.setNull(10, Types.BIGINT);
        }
        statement.setString(11, HappeningJson.write(event.happening()).toString());
    }

    private static Event event(ResultSet row) throws SQLException {
        String causeNode = row.getString("cause_node");
        return new Event(
                new EventId(row.getString("node"), row.getLong("sequence")),
                row.getInt("version"),
                new HybridTime(row.getLong("millis"), row.getInt("counter")),
                Instant.ofEpochSecond(0, row.getLong("wall_nanos")),
                causeNode == null
                        ? Optional.empty()
                        : Optional.of(new EventId(causeNode, row.getLong("cause_sequence"))),
                Scope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
                HappeningJson.read(
                        row.getString("kind"), row.getInt("version"), row.getString("body")));
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
