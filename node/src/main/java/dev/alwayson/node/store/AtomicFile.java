package dev.alwayson.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A small file that is replaced whole: written beside, forced to the disk, renamed over the old
 * one, and the folder forced too (the rename is an entry of the folder; see rename(2) and
 * fsync(2)). A crash at any point leaves the old content or the new. For one thread at a time.
 */
final class AtomicFile {

    /** Larger than any content of ours; a file above it is not ours. */
    private static final long MAX_BYTES = 64L << 20;

    private final Path file;
    private final Path beside;

    AtomicFile(Path file) {
        this.file = file.toAbsolutePath();
        this.beside = this.file.resolveSibling(file.getFileName() + ".new");
    }

    /** The content; empty if there is no file. */
    Optional<String> read() throws IOException {
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                throw new IOException(file + ": " + bytes + " bytes: is larger than " + MAX_BYTES);
            }
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void write(String content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
