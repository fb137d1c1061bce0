package dev.alwayson.e2e.traffic;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client that forgives nothing: it never sends a request again and never opens
 * a connection again, so whatever goes wrong is seen. Used by one thread at a time.
 */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MOST_LINE_BYTES = 64 * 1024;

    private final Socket socket;
    private final InputStream input;
    private final String host;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream());
        this.host = socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
    }

    /** Connects to a port of the loopback address. */
    static RawClient open(int port) throws IOException {
        return openFrom("127.0.0.1", port);
    }

    /**
     * @param own the client's own address, one of 127.0.0.0/8
     */
    static RawClient openFrom(String own, int port) throws IOException {
        return open(InetAddress.ofLiteral(own), InetAddress.getLoopbackAddress(), port);
    }

    /** Connects to a port of a host. */
    static RawClient open(InetAddress to, int port) throws IOException {
        return open(null, to, port);
    }

    private static RawClient open(@Nullable InetAddress own, InetAddress to, int port)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(own, 0));
            socket.connect(new InetSocketAddress(to, port), PATIENCE_MILLIS);
            return new RawClient(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** One request on a connection of its own, which ends with it. */
    static Answer once(int port, String path) throws IOException {
        try (RawClient client = open(port)) {
            return client.send("GET", path, "", "Connection: close");
        }
    }

    /** Whether nobody listens on this port of the loopback address. */
    static boolean refused(int port) {
        return refused(InetAddress.getLoopbackAddress(), port);
    }

    /** Whether nobody listens on this port of a host. */
    static boolean refused(InetAddress host, int port) {
        try (RawClient client = open(host, port)) {
            return client.socket.isClosed();
        } catch (IOException refused) {
            return true;
        }
    }

    Answer get(String path) throws IOException {
        return send("GET", path, "");
    }

    /**
     * Sends a request and reads its answer to the end.
     *
     * @throws IOException if there is no whole answer, or the connection is quiet for 20 s
     */
    Answer send(String method, String path, String body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        write(head.append("\r\n").append(body).toString());
        return answer();
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says that nothing more is to come; what comes back can still be read. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** So many characters as they come. */
    String read(int length) throws IOException {
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(bytes.length + " of " + length + " bytes came");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** All that comes until the other side ends. */
    String readToEnd() throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Whether something of an answer is there. */
    boolean hasAnswer() {
        try {
            return input.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer answer() throws IOException {
        String statusLine = line();
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
        }
        int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
        String length = headers.get("content-length");
        String body = "";
        if (length != null) {
            body = read(Integer.parseInt(length));
        } else if (status >= 200) {
            throw new IOException(
                    statusLine + ": no Content-Length, which these tests' servers set");
        }
        return new Answer(status, headers, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0 || line.length() == MOST_LINE_BYTES) {
                throw new EOFException("closed after: " + line);
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
