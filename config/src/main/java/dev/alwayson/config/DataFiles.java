package dev.alwayson.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The node's own files in its data folder. */
public final class DataFiles {

    public static final String LOCK = "lock";
    public static final String JOURNAL = "journal.db";
    public static final String RUNTIME_CHANGES = "runtime-changes.json";

    private static final List<String> ENDINGS = List.of("", "-wal", "-shm", "-journal", ".new");

    private DataFiles() {}

    /** Where they are in this folder, with what is written beside one; not all of them exist. */
    static Stream<Path> in(Path folder) {
        return Stream.of(LOCK, JOURNAL, RUNTIME_CHANGES)
                .flatMap(own -> ENDINGS.stream().map(ending -> folder.resolve(own + ending)));
    }
}
