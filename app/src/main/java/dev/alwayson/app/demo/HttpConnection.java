package dev.alwayson.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One connection of a client that forgives nothing: it never tries a request again, so a failure
 * that reaches it is counted. Used by one thread at a time.
 */
final class HttpConnection implements AutoCloseable {

    private static final int MOST_LINE_BYTES = 64 * 1024;

    private final Socket socket;
    private final InputStream input;
    private final String host;

    private HttpConnection(Socket socket, InputStream input, String host) {
        this.socket = socket;
        this.input = input;
        this.host = host;
    }

    /**
     * @param patience for connecting, and for each read
     */
    static HttpConnection open(int port, Duration patience) throws IOException {
        Socket socket = new Socket();
        try {
            connect(socket, port, patience);
            return new HttpConnection(
                    socket, new BufferedInputStream(socket.getInputStream()), "127.0.0.1:" + port);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static void connect(Socket socket, int port, Duration patience) throws IOException {
        int millis = Math.toIntExact(patience.toMillis());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(millis);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
    }

    /** One request on a connection of its own. */
    static HttpAnswer once(int port, Duration patience, String method, String path, String body)
            throws IOException {
        try (HttpConnection connection = open(port, patience)) {
            return connection.send(method, path, body, false);
        }
    }

    /**
     * @param body JSON, or empty
     * @param keep whether the connection is to be used again
     * @throws AnswerCut if the answer began and did not end
     * @throws IOException if no answer began
     */
    HttpAnswer send(String method, String path, String body, boolean keep) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host).append("\r\n");
        if (!keep) {
            head.append("Connection: close\r\n");
        }
        if (!method.equals("GET")) {
            head.append("Content-Type: application/json\r\n");
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        head.append("\r\n").append(body);
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
        int first = input.read();
        if (first < 0) {
            throw new EOFException("closed without an answer");
        }
        try {
            return answer((char) first + line(), keep);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new AnswerCut("an answer began and did not end: " + e.getMessage(), e);
        }
    }

    private HttpAnswer answer(String statusLine, boolean keep) throws IOException {
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String length = headers.get("content-length");
        boolean chunked = headers.getOrDefault("transfer-encoding", "").equals("chunked");
        boolean delimited = chunked || length != null;
        byte[] body =
                chunked
                        ? chunks()
                        : length == null ? input.readAllBytes() : exactly(Integer.parseInt(length));
        boolean close = headers.getOrDefault("connection", "").equalsIgnoreCase("close");
        return new HttpAnswer(
                status,
                headers,
                new String(body, StandardCharsets.UTF_8),
                keep && delimited && !close);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size = Integer.parseInt(line(), 16);
        while (size > 0) {
            body.writeBytes(exactly(size));
            line();
            size = Integer.parseInt(line(), 16);
        }
        line();
        return body.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0 || line.length() == MOST_LINE_BYTES) {
                throw new EOFException("within a line");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
