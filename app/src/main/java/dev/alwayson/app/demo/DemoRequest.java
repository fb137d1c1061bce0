package dev.alwayson.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request as the servers of the demo and of the rehearsal read it; its body is forgotten. */
record DemoRequest(String method, String path, boolean keepAlive) {

    private static final int MOST_HEAD_BYTES = 64 * 1024;
    private static final int MOST_BODY_BYTES = 1024 * 1024;

    /**
     * @return nothing if the client closed between two requests
     * @throws IOException if it closed within one, or sent what is not understood
     */
    static @Nullable DemoRequest read(InputStream input) throws IOException {
        String line = line(input);
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", 3);
        if (words.length != 3) {
            throw new IOException(line + ": is not a request line");
        }
        boolean keepAlive = words[2].equals("HTTP/1.1");
        int length = 0;
        boolean chunked = false;
        for (String header = next(input); !header.isEmpty(); header = next(input)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            } else if (lower.equals("transfer-encoding: chunked")) {
                chunked = true;
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                keepAlive = false;
            }
        }
        if (chunked) {
            skipChunks(input);
        } else {
            skip(input, length);
        }
        return new DemoRequest(words[0], words[1], keepAlive);
    }

    private static void skipChunks(InputStream input) throws IOException {
        for (int size = chunk(input); size > 0; size = chunk(input)) {
            skip(input, size);
            String _ = next(input);
        }
        String _ = next(input);
    }

    private static int chunk(InputStream input) throws IOException {
        return Integer.parseInt(next(input), 16);
    }

    private static void skip(InputStream input, int length) throws IOException {
        if (length > MOST_BODY_BYTES) {
            throw new IOException(length + " bytes: a body has at most " + MOST_BODY_BYTES);
        }
        input.skipNBytes(length);
    }

    private static String next(InputStream input) throws IOException {
        String line = line(input);
        if (line == null) {
            throw new IOException("the client closed within a request");
        }
        return line;
    }

    private static @Nullable String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new IOException("the client closed within a line");
            }
            if (line.length() == MOST_HEAD_BYTES) {
                throw new IOException("a line has at most " + MOST_HEAD_BYTES + " bytes");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    void reply(OutputStream output, int status, String server, String text) throws IOException {
        String head =
                "HTTP/1.1 %d %s\r\nServer: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s\r\n"
                        .formatted(
                                status,
                                status == 200 ? "OK" : "Not OK",
                                server,
                                text.length(),
                                keepAlive ? "" : "Connection: close\r\n");
        String content = method.equals("HEAD") ? "" : text;
        output.write((head + content).getBytes(StandardCharsets.UTF_8));
    }
}
