package dev.alwayson.node.journal;

import dev.alwayson.core.time.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that appends until it is killed, and prints the position that is durable. */
final class KilledWriter {

    private KilledWriter() {}

    static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        SqliteLibrary.load(List.of(file.toAbsolutePath().getParent()));
        try (SqliteJournal journal =
                SqliteJournal.open(file, "lb1", () -> new Moment(0, Story.BEGIN))) {
            long sequence = journal.last().sequence();
            while (true) {
                for (int i = 0; i < 20; i++) {
                    journal.append(Story.event(++sequence));
                }
                journal.await(sequence - 1, Duration.ofSeconds(30));
                System.out.println(journal.position());
            }
        }
    }
}
