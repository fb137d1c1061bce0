package dev.alwayson.e2e.traffic;

import dev.alwayson.app.demo.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web server within the test: says its name, counts what it is asked, holds back the answer to
 * {@code /slow} until it is told, and echoes after an upgrade to WebSocket. It can be stopped and
 * started again on its port, and be told to break requests. Safe for use by several threads.
 */
final class WebServer implements AutoCloseable {

    private static final int MOST_HELD_SECONDS = 60;

    private final String name;
    private final InetAddress address;
    private final int port;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile ServerSocket listener;
    private volatile boolean breaking;
    private volatile String lastRequestId = "";

    private WebServer(String name, ServerSocket listener) {
        this.name = name;
        this.listener = listener;
        this.address = listener.getInetAddress();
        this.port = listener.getLocalPort();
    }

    /** Serves on a free port of the loopback address from now on. */
    static WebServer start(String name) throws IOException {
        return start(name, FreePort.one());
    }

    /** Serves on this port of the loopback address from now on. */
    static WebServer start(String name, int port) throws IOException {
        return start(name, InetAddress.getLoopbackAddress(), port);
    }

    /** Serves on this port of an address of this machine from now on; 0 is any free port. */
    static WebServer start(String name, InetAddress address, int port) throws IOException {
        WebServer server = new WebServer(name, listen(address, port));
        server.serve(server.listener);
        return server;
    }

    private static ServerSocket listen(InetAddress address, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(address, port), 1024);
        return listener;
    }

    /** Serves again after {@link #stop}. */
    void startAgain() throws IOException {
        listener = listen(address, port);
        serve(listener);
    }

    /** Refuses connections and breaks those that there are, until it is started again. */
    void stop() throws IOException {
        listener.close();
        // The kernel lets go of it when its thread has come out of accept().
        Patience.await(name + " refuses", () -> RawClient.refused(address, port));
        for (Socket connection : connections) {
            connection.close();
        }
    }

    /** Takes connections on, and breaks them instead of answering. */
    void breakRequests(boolean breaks) {
        breaking = breaks;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Connections that are open. */
    int connections() {
        return connections.size();
    }

    /** Requests so far, checks not counted. */
    int requests() {
        return requests.get();
    }

    /** The X-Request-Id that came last; nothing if none has. */
    String lastRequestId() {
        return lastRequestId;
    }

    /** Requests to {@code /health}, and by HEAD, so far. */
    int checks() {
        return checks.get();
    }

    /** Requests to {@code /slow} that wait now. */
    int held() {
        return held.get();
    }

    /** Answers {@code /slow}, from now on at once. */
    void release() {
        release.countDown();
    }

    private void serve(ServerSocket on) {
        Thread.ofVirtual().start(() -> accept(on));
    }

    private void accept(ServerSocket on) {
        while (!on.isClosed()) {
            try {
                Socket socket = on.accept();
                connections.add(socket);
                if (on.isClosed()) {
                    socket.close();
                }
                Thread.ofVirtual().start(() -> answerAll(socket));
            } catch (IOException e) {
                if (!on.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void answerAll(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            boolean more = true;
            while (more) {
                String line = reader.readLine();
                more = line != null && answer(line, reader, socket);
            }
        } catch (SocketException gone) {
            // Whoever closed it knows; nobody is left to be told.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.remove(socket);
        }
    }

    /**
     * @return whether another request may follow
     */
    private boolean answer(String requestLine, BufferedReader reader, Socket socket)
            throws IOException {
        String path = requestLine.split(" ", 3)[1];
        boolean head = requestLine.startsWith("HEAD ");
        int length = 0;
        boolean upgrade = false;
        for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            }
            if (lower.startsWith("x-request-id:")) {
                lastRequestId = line.substring("x-request-id:".length()).strip();
            }
            upgrade |= lower.startsWith("upgrade:") && lower.contains("websocket");
        }
        for (int i = 0; i < length; i++) {
            reader.read();
        }
        if (breaking) {
            return false;
        }
        (head || path.equals("/health") ? checks : requests).getAndIncrement();
        if (upgrade) {
            echo(reader, socket);
            return false;
        }
        if (path.equals("/slow")) {
            holdBack();
        }
        write(
                socket,
                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(name.length(), head ? "" : name));
        return true;
    }

    private void holdBack() {
        held.getAndIncrement();
        try {
            if (!release.await(MOST_HELD_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + ": /slow was never released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            held.getAndDecrement();
        }
    }

    private static void echo(BufferedReader reader, Socket socket) throws IOException {
        write(
                socket,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n\r\n");
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            write(socket, String.valueOf((char) c));
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        release();
        stop();
    }
}
