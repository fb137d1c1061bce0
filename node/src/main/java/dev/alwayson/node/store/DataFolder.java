package dev.alwayson.node.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that one running node owns: created if missing, locked until closed. The lock is the
 * operating system's, so that it ends with the process, however that ends.
 */
public final class DataFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * @throws IOException if it cannot be created or another node has it; the message is one
     *     sentence that says what to do
     */
    public static DataFolder open(Path folder) throws IOException {
        Path path = folder.toAbsolutePath().normalize();
        FileChannel channel;
        try {
            Files.createDirectories(path);
            channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    path
                            + ": the data folder cannot be used: "
                            + e
                            + "; give the node a folder that it may write to (data:)",
                    e);
        }
        if (lock(channel) == null) {
            channel.close();
            throw new IOException(
                    path
                            + ": another node runs with this data folder; stop it, or give this"
                            + " one a folder of its own (data:)");
        }
        return new DataFolder(path, channel);
    }

    public Path path() {
        return path;
    }

    public Path journal() {
        return path.resolve("journal.db");
    }

    public Path runtimeChanges() {
        return path.resolve("runtime-changes.json");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another node of this same process has it
        }
    }
}
