package dev.alwayson.node.store;

import dev.alwayson.config.DataFiles;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that one running node owns: created if missing, locked until closed. The lock is the
 * operating system's, so that it ends with the process, however that ends. For one thread at a
 * time.
 */
public final class DataFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    /** The folders that were missing, the innermost first. */
    private final List<Path> created;

    private boolean kept;

    private DataFolder(Path path, FileChannel channel, List<Path> created) {
        this.path = path;
        this.channel = channel;
        this.created = created;
    }

    /**
     * @throws IOException if it cannot be created or another node has it; the message is one
     *     sentence that says what to do
     */
    public static DataFolder open(Path folder) throws IOException {
        Path path = folder.toAbsolutePath().normalize();
        List<Path> missing = new ArrayList<>();
        for (Path each = path; each != null && Files.notExists(each); each = each.getParent()) {
            missing.add(each);
        }
        Path lock = path.resolve(DataFiles.LOCK);
        boolean owned;
        FileChannel channel = null;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            owned = locked(channel);
        } catch (IOException e) {
            if (channel != null) {
                channel.close();
            }
            throw new IOException(
                    path
                            + ": the data folder cannot be used: "
                            + FileFault.words(e)
                            + next(e, lock),
                    e);
        }
        if (!owned) {
            channel.close();
            throw new IOException(
                    path
                            + ": another node runs with this data folder; stop it, or give this"
                            + " one a folder of its own (data:)");
        }
        return new DataFolder(path, channel, missing);
    }

    private static String next(IOException fault, Path lock) {
        if (String.valueOf(fault.getMessage()).contains("No space left on device")) {
            return "; make room on the disk, and start again";
        }
        return Files.isDirectory(lock)
                ? "; " + lock + " is in the way: remove this folder"
                : "; give the node a folder that it may write to (data:)";
    }

    public Path path() {
        return path;
    }

    public Path journal() {
        return path.resolve(DataFiles.JOURNAL);
    }

    public Path runtimeChanges() {
        return path.resolve(DataFiles.RUNTIME_CHANGES);
    }

    /** The node has started: from now on a folder that was created stays. */
    public void keep() {
        kept = true;
    }

    /** Unlocks; removes the folder with what is in it if it was created and not to be kept. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (!kept && !created.isEmpty()) {
                remove();
            }
        }
    }

    private void remove() throws IOException {
        try (Stream<Path> content = Files.walk(path)) {
            for (Path each : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        for (Path parent : created.subList(1, created.size())) {
            Files.delete(parent);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another node of this same process has it
        }
    }
}
