package dev.alwayson.config;

import java.nio.file.Path;
import java.util.Set;

/** The node's own files in its data folder. */
public final class DataFiles {

    public static final String LOCK = "lock";
    public static final String JOURNAL = "journal.db";
    public static final String RUNTIME_CHANGES = "runtime-changes.json";

    private DataFiles() {}

    /** Whether it is the name of one of them, or of what is written beside one. */
    static boolean hold(Path name) {
        String own = name.toString().replaceFirst("(-wal|-shm|-journal|\\.new)$", "");
        return Set.of(LOCK, JOURNAL, RUNTIME_CHANGES).contains(own);
    }
}
