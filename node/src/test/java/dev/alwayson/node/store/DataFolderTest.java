package dev.alwayson.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {

    @TempDir private Path folder;

    @Test
    void itIsCreatedAndLockedAgainstASecondNodeUntilClosed() throws Exception {
        Path data = folder.resolve("var/data");
        try (DataFolder first = DataFolder.open(data)) {
            assertThat(first.path()).isDirectory();
            assertThatThrownBy(() -> DataFolder.open(data))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            data
                                    + ": another node runs with this data folder; stop it, or give"
                                    + " this one a folder of its own (data:)");
        }
        DataFolder.open(data).close();
    }

    @Test
    void whatItCreatedGoesAgainUnlessTheNodeStarted() throws Exception {
        Path data = folder.resolve("var/data");
        try (DataFolder failed = DataFolder.open(data)) {
            Files.writeString(failed.journal(), "begun");
        }
        assertThat(folder).isEmptyDirectory();

        try (DataFolder started = DataFolder.open(data)) {
            started.keep();
        }
        try (DataFolder failed = DataFolder.open(data)) {
            Files.writeString(failed.journal(), "begun");
        }
        assertThat(data.resolve("journal.db")).exists();
    }

    @Test
    void aFileInItsPlaceIsToldInOneSentence() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "a file");

        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file
                                + ": the data folder cannot be used: "
                                + file
                                + ": a file is in its place; give the node a folder that it may"
                                + " write to (data:)");
    }

    @Test
    void aFolderInThePlaceOfItsLockIsNamedAsWhatIsInTheWay() throws Exception {
        Path lock = Files.createDirectory(folder.resolve("lock"));

        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder + ": the data folder cannot be used: " + lock + ": ")
                .hasMessageEndingWith("; " + lock + " is in the way: remove this folder");
    }
}
