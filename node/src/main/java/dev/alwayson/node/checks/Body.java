package dev.alwayson.node.checks;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of a response, without its framing. Confined to its probe's thread. */
final class Body {

    /** How much of it is read. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final int CHUNK_LINE_BYTES = 4 * 1024;

    private final Wire wire;
    private final Head head;

    /** What is left of the body, or of its current chunk. */
    private long left;

    private boolean ended;
    private boolean firstChunk = true;

    /**
     * @param method of the request: what answers HEAD has no body, whatever its head says
     */
    Body(Wire wire, Head head, String method) {
        this.wire = wire;
        this.head = head;
        left = head.chunked() ? 0 : head.length();
        ended =
                (left == 0 && !head.chunked())
                        || method.equals("HEAD")
                        || head.status() == 204
                        || head.status() == 304;
    }

    /** Whether the text is within its first 64 KiB. Reads no further than needed to know. */
    boolean contains(byte[] text) throws IOException, ProbeFailure {
        byte[] seen = new byte[Math.max(4 * 1024, text.length)];
        int length = 0;
        int from = 0;
        while (length < MOST_BYTES) {
            if (length == seen.length) {
                seen = Arrays.copyOf(seen, Math.min(MOST_BYTES, 2 * seen.length));
            }
            int read = read(seen, length);
            if (read < 0) {
                return false;
            }
            length += read;
            for (; from + text.length <= length; from++) {
                if (Arrays.equals(seen, from, from + text.length, text, 0, text.length)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Reads to its end, 64 KiB at most. */
    void skip() throws IOException, ProbeFailure {
        byte[] dropped = new byte[1024];
        int length = 0;
        for (int read = 0; read >= 0 && length < MOST_BYTES; read = read(dropped, 0)) {
            length += read;
        }
    }

    /**
     * Reads some bytes into the rest of {@code target}.
     *
     * @return how many; −1 at the end
     */
    private int read(byte[] target, int at) throws IOException, ProbeFailure {
        if (head.chunked() && left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        if (wire.available() == 0 && !wire.fill()) {
            if (left != Head.UNTIL_CLOSE) {
                throw new ProbeFailure("closed within its body");
            }
            ended = true;
            return -1;
        }
        int bytes = Math.min(wire.available(), target.length - at);
        if (left != Head.UNTIL_CLOSE) {
            bytes = (int) Math.min(bytes, left);
            left -= bytes;
            ended = left == 0 && !head.chunked();
        }
        wire.take(target, at, bytes);
        return bytes;
    }

    private void nextChunk() throws IOException, ProbeFailure {
        if (!firstChunk) {
            chunkLine();
        }
        firstChunk = false;
        String line = chunkLine();
        int semicolon = line.indexOf(';');
        String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        try {
            left = Integer.parseInt(size, 16);
        } catch (NumberFormatException e) {
            throw new ProbeFailure("not HTTP: chunk size " + Head.quote(size));
        }
        ended = left <= 0;
    }

    private String chunkLine() throws IOException, ProbeFailure {
        @Nullable String line =
                wire.line(CHUNK_LINE_BYTES, "not HTTP: a line above 4 KiB between chunks");
        if (line == null) {
            throw new ProbeFailure("closed within its body");
        }
        return line;
    }
}
