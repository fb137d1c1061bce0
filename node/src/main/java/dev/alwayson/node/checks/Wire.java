package dev.alwayson.node.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a server sends, read into one buffer, each read bounded by the same deadline: a
 * server that sends a byte now and then gains no time by it. Grows with what is left in it: who
 * reads takes or bounds what came before asking for more. Confined to its probe's thread.
 */
final class Wire {

    private static final int FIRST_BYTES = 2 * 1024;

    private final Socket socket;
    private final Deadline deadline;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int start;
    private int end;
    private boolean ended;

    Wire(Socket socket, Deadline deadline) {
        this.socket = socket;
        this.deadline = deadline;
    }

    int available() {
        return end - start;
    }

    /** The byte at this place after what was taken; must be available. */
    byte peek(int offset) {
        return buffer[start + offset];
    }

    /** Whether the server has closed its side. */
    boolean ended() {
        return ended;
    }

    /**
     * Waits for more bytes.
     *
     * @return whether some came; false at the end
     * @throws java.net.SocketTimeoutException at the deadline
     */
    boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        socket.setSoTimeout(deadline.remainingMillis());
        int read = socket.getInputStream().read(buffer, end, buffer.length - end);
        ended = read < 0;
        end += Math.max(0, read);
        return read > 0;
    }

    private void makeRoom() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, available());
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    /** Takes bytes into {@code target}; they must be available. */
    void take(byte[] target, int at, int bytes) {
        System.arraycopy(buffer, start, target, at, bytes);
        start += bytes;
    }

    /**
     * Takes a line without its end, CRLF or LF; waits for it.
     *
     * @return null if the server closed before its end
     * @throws ProbeFailure with {@code tooLong} if it is longer than {@code most} bytes
     */
    @Nullable String line(int most, String tooLong) throws IOException, ProbeFailure {
        int searched = 0;
        while (true) {
            for (; searched < available() && searched < most; searched++) {
                if (peek(searched) == '\n') {
                    return takeLine(searched);
                }
            }
            if (searched >= most) {
                throw new ProbeFailure(tooLong);
            }
            if (!fill()) {
                return null;
            }
        }
    }

    private String takeLine(int newline) {
        boolean carriageReturn = newline > 0 && peek(newline - 1) == '\r';
        int length = carriageReturn ? newline - 1 : newline;
        String line = new String(buffer, start, length, ISO_8859_1);
        start += newline + 1;
        return line;
    }
}
