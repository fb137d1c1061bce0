package dev.alwayson.node.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A client of the tests: plain bytes over a socket, and enough of HTTP to read a response. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    final Socket socket;
    final InputStream in;

    RawClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawClient(InetAddress host, int port) throws IOException {
        this(new Socket(host, port));
    }

    /** A client that has this loopback address. */
    RawClient(String own, int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(own), 0));
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A response as it came. */
    record Response(String head, String body) {

        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** The value of the first line of this name; empty if there is none. */
        String header(String name) {
            for (String line : head.split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    Response get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: example.com\r\n\r\n").response();
    }

    /** Reads one response to a request whose response may have a body. */
    Response response() throws IOException {
        String head = head();
        Response bare = new Response(head, "");
        if (bare.status() < 200 || bare.status() == 204 || bare.status() == 304) {
            return bare;
        }
        if (bare.header("Transfer-Encoding").equals("chunked")) {
            return new Response(head, chunks());
        }
        String length = bare.header("Content-Length");
        byte[] body =
                length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        return new Response(head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** A head with its empty line. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // Trailers.
                }
                return body.toString();
            }
            body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
            line();
        }
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int octet = in.read();
        while (octet != '\n') {
            if (octet < 0) {
                throw new IOException("closed after: " + line);
            }
            line.append((char) octet);
            octet = in.read();
        }
        return line.substring(0, line.length() - 1);
    }

    /** Whether the proxy has closed, and nothing more comes. */
    boolean closed() throws IOException {
        return in.read() < 0;
    }

    /** Octets that it has sent and nobody has read. */
    long unread() {
        String from = ":%04X".formatted(socket.getLocalPort());
        String to = ":%04X".formatted(socket.getPort());
        long octets = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : rows(Path.of(table))) {
                String[] field = line.strip().split("\\s+", 6);
                String[] queues = field[4].split(":", -1);
                if (field[1].endsWith(from) && field[2].endsWith(to)) {
                    octets += Long.parseLong(queues[0], 16);
                } else if (field[1].endsWith(to) && field[2].endsWith(from)) {
                    octets += Long.parseLong(queues[1], 16);
                }
            }
        }
        return octets;
    }

    private static List<String> rows(Path table) {
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.subList(1, lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
