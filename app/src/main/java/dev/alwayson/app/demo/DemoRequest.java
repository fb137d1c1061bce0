package dev.alwayson.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as {@link DemoServer} reads it: HTTP/1.1 with a Content-Length, which is what a proxy
 * sends it. Its body is read and forgotten.
 */
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
        for (String header = line(input); ; header = line(input)) {
            if (header == null) {
                throw new IOException("the client closed within a head");
            }
            if (header.isEmpty()) {
                break;
            }
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                keepAlive = false;
            }
        }
        if (length > MOST_BODY_BYTES) {
            throw new IOException(length + " bytes: a body has at most " + MOST_BODY_BYTES);
        }
        if (input.readNBytes(length).length < length) {
            throw new IOException("the client closed within a body");
        }
        return new DemoRequest(words[0], words[1], keepAlive);
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
