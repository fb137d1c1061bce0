package dev.alwayson.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Journal;
import dev.alwayson.core.time.Clock;
import dev.alwayson.core.time.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class SqliteJournalTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final Clock CLOCK = () -> new Moment(0, Story.BEGIN);

    @TempDir private Path folder;

    @Test
    void whatWasAppendedIsReadInOrderAndAfterARestart() throws Exception {
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            for (int sequence = 1; sequence <= 2500; sequence++) {
                journal.append(Story.event(sequence));
            }
            assertThat(journal.await(2499, GENEROUS)).isTrue();
            List<Journal.Entry> entries = journal.read(2000, 100);
            assertThat(entries).hasSize(100);
            assertThat(entries.getFirst()).isEqualTo(new Journal.Entry(2001, Story.event(2001)));
        }
        try (SqliteJournal again = open(Retention.STANDARD)) {
            assertThat(again.position()).isEqualTo(2500);
            assertThat(again.last()).isEqualTo(new LastEvent(2500, Story.event(2500).time()));
            assertThat(again.read(2499, 10)).extracting(Journal.Entry::position).contains(2500L);
        }
    }

    @Test
    void aKindOfALaterVersionIsReadAsItWasStored() throws Exception {
        Happening later = new Happening.Unrecognized("region-evacuated", "{\"to\":\"us\"}");
        Event event = Story.event(1);
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            journal.append(
                    new Event(
                            event.id(),
                            4,
                            event.time(),
                            event.wall(),
                            Optional.empty(),
                            event.scope(),
                            later));
            assertThat(journal.await(0, GENEROUS)).isTrue();
            assertThat(journal.read(0, 1).getFirst().event().happening()).isEqualTo(later);
        }
    }

    @Test
    void whatIsTooOldOrTooManyGoesAndNumberingGoesOn() throws Exception {
        Retention retention = new Retention(1500, Duration.ofDays(1));
        try (SqliteJournal journal = open(retention)) {
            journal.append(Story.event(1, Story.BEGIN.minus(Duration.ofDays(2))));
            assertThat(journal.await(0, GENEROUS)).isTrue();
            for (int sequence = 2; sequence <= 5000; sequence++) {
                journal.append(Story.event(sequence));
            }
            assertThat(journal.await(4999, GENEROUS)).isTrue();
            List<Journal.Entry> kept = journal.read(0, 10_000);
            assertThat(kept).hasSizeBetween(1500, 1500 + 2000);
            assertThat(kept.getLast().position()).isEqualTo(5000);
        }
        Clock muchLater = () -> new Moment(0, Story.BEGIN.plus(Duration.ofDays(500)));
        try (SqliteJournal journal =
                SqliteJournal.open(file(Optional.empty()), "lb1", muchLater, 100, retention)) {
            assertThat(journal.last().sequence()).isEqualTo(5000);
            journal.append(Story.event(5001));
            assertThat(journal.await(5000, GENEROUS)).isTrue();
            assertThat(journal.read(0, 10_000)).hasSize(1);
        }
    }

    @Test
    void aDiskThatIsFullCostsEventsAndNothingElse() throws Exception {
        long lost;
        try (SqliteJournal journal =
                SqliteJournal.open(file(Optional.of(12)), "lb1", CLOCK, 500, Retention.STANDARD)) {
            for (int sequence = 1; sequence <= 5000; sequence++) {
                journal.append(Story.event(sequence));
            }
            eventually(() -> journal.problem().orElse("").contains("full"));
            eventually(() -> journal.lost() > 0);
            List<Journal.Entry> readable = journal.read(0, 10_000);
            assertThat(readable).hasSize((int) journal.position());
            lost = journal.lost();
        }
        assertThat(lost).isPositive();
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            long before = journal.position();
            journal.append(Story.event(5001));
            assertThat(journal.await(before, GENEROUS)).isTrue();
            assertThat(journal.problem()).isEmpty();
        }
    }

    @Test
    void eventsLostWhileItCouldNotWriteAreToldWhenItCanAgain() throws Exception {
        try (SqliteJournal journal =
                SqliteJournal.open(file(Optional.empty()), "lb1", CLOCK, 100, Retention.STANDARD)) {
            journal.append(Story.event(1));
            assertThat(journal.await(0, GENEROUS)).isTrue();
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                for (int sequence = 2; sequence <= 300; sequence++) {
                    journal.append(Story.event(sequence));
                }
                eventually(() -> journal.problem().isPresent());
                statement.execute("ROLLBACK");
            }
            eventually(() -> journal.problem().isEmpty());
            journal.append(Story.event(301));
            eventually(() -> newest(journal).id().sequence() == 301);

            List<Event> events = journal.read(0, 1000).stream().map(Journal.Entry::event).toList();
            long told =
                    events.stream()
                            .map(Event::happening)
                            .filter(Happening.EventsLost.class::isInstance)
                            .mapToLong(lost -> ((Happening.EventsLost) lost).count())
                            .sum();
            assertThat(told).isEqualTo(journal.lost()).isPositive();
            assertThat(events.size() + told - tellings(events)).isEqualTo(301);
            assertThat(events)
                    .extracting(event -> event.id().sequence())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anEventThatHasNoFormIsLostAloneAndToldAsSuch() throws Exception {
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            Event event = Story.event(1);
            journal.append(
                    new Event(
                            event.id(),
                            event.version(),
                            event.time(),
                            event.wall(),
                            Optional.empty(),
                            event.scope(),
                            new Happening.Unrecognized("region-evacuated", "not JSON")));
            eventually(() -> journal.problem().orElse("").contains("not JSON"));
            eventually(() -> journal.lost() == 1);
            journal.append(Story.event(2));
            assertThat(journal.await(1, GENEROUS)).isTrue();

            assertThat(journal.problem()).isEmpty();
            assertThat(journal.read(0, 10))
                    .extracting(entry -> entry.event().happening())
                    .hasExactlyElementsOfTypes(
                            Happening.EventsLost.class, Story.event(2).happening().getClass());
        }
    }

    @Test
    void oneWhoWaitsIsWokenByAnEventAndByTheEnd() throws Exception {
        SqliteJournal journal = open(Retention.STANDARD);
        assertThat(journal.await(0, Duration.ofMillis(1))).isFalse();
        Thread closing = Thread.ofVirtual().start(journal::close);
        assertThat(journal.await(0, GENEROUS)).isFalse();
        assertThat(closing.join(GENEROUS)).isTrue();
    }

    @Test
    void aFileThatIsNoJournalIsNamedWithWhatToDo() throws Exception {
        Files.writeString(path(), "This is a letter to my grandmother, and quite long.".repeat(9));

        assertThatThrownBy(() -> open(Retention.STANDARD))
                .isInstanceOf(JournalUnreadable.class)
                .hasMessageContaining("journal.db: the journal cannot be opened:")
                .hasMessageContaining("move it away");
    }

    @Test
    void aFewOctetsThatAreNoJournalAreNotWrittenOver() throws Exception {
        Files.writeString(path(), "a letter");

        assertThatThrownBy(() -> open(Retention.STANDARD))
                .isInstanceOf(JournalUnreadable.class)
                .hasMessageEndingWith(
                        "journal.db: the journal cannot be opened: it is not a file of SQLite;"
                                + " repair the file, or move it away and a new one is begun");
        assertThat(path()).hasContent("a letter");
    }

    @Test
    void anEmptyFileBecomesAJournal() throws Exception {
        Files.createFile(path());
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            assertThat(journal.position()).isZero();
        }
    }

    @Test
    void aFileThatIsRemovedWhileItIsOpenIsAProblem() throws Exception {
        try (SqliteJournal journal = open(Retention.STANDARD)) {
            assertThat(journal.problem()).isEmpty();
            Files.delete(path());

            assertThat(journal.problem().orElseThrow()).startsWith(path() + " was removed: ");
        }
    }

    @Test
    void theLogIsToldOnceThatTheFileIsGoneByWhoeverNotices() throws Exception {
        for (boolean asked : List.of(true, false)) {
            ListAppender<ILoggingEvent> log = listen();
            try (SqliteJournal journal = open(Retention.STANDARD)) {
                Files.delete(path());
                for (int sequence = 1; sequence <= 3; sequence++) {
                    if (asked) {
                        assertThat(journal.problem()).isPresent();
                    } else {
                        journal.append(Story.event(sequence));
                        assertThat(journal.await(sequence - 1, GENEROUS)).isTrue();
                    }
                }
            }
            assertThat(log.list)
                    .filteredOn(line -> line.getLevel().equals(Level.WARN))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            path()
                                    + " was removed: what is recorded from now on is lost when the"
                                    + " node ends; start the node again, which begins a new one");
        }
    }

    /** What is logged of the journal from now on. */
    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        ((Logger) LoggerFactory.getLogger("dev.alwayson.node.journal")).addAppender(appender);
        return appender;
    }

    @Test
    void aJournalOfWhichOnlyTheBeginningIsLeftIsRefused() throws Exception {
        Files.writeString(path(), "SQLite format 3\0");

        assertThatThrownBy(() -> open(Retention.STANDARD)).isInstanceOf(JournalUnreadable.class);
    }

    @Test
    void onAFullDiskItSaysToMakeRoomAndNotToMoveTheFileAway() {
        JournalFile noRoom = file(Optional.of(1));

        assertThatThrownBy(() -> SqliteJournal.open(noRoom, "lb1", CLOCK, 100, Retention.STANDARD))
                .isInstanceOf(JournalUnreadable.class)
                .hasMessageContaining("SQLITE_FULL")
                .hasMessageEndingWith("; make room on the disk, and start again");
    }

    @Test
    void aFileOfALaterVersionIsLeftAlone() throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path());
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA user_version = 9");
        }

        assertThatThrownBy(() -> open(Retention.STANDARD))
                .isInstanceOf(JournalUnreadable.class)
                .hasMessageContaining("form 9");
    }

    private SqliteJournal open(Retention retention) throws JournalUnreadable {
        return SqliteJournal.open(
                file(Optional.empty()), "lb1", CLOCK, SqliteJournal.BUFFER_EVENTS, retention);
    }

    private JournalFile file(Optional<Integer> maxPages) {
        return new JournalFile(path(), maxPages);
    }

    private Path path() {
        return folder.resolve("journal.db");
    }

    private static Event newest(Journal journal) {
        return journal.read(journal.position() - 1, 1).getFirst().event();
    }

    private static long tellings(List<Event> events) {
        return events.stream()
                .filter(event -> event.happening() instanceof Happening.EventsLost)
                .count();
    }

    private static void eventually(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("before the deadline").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
