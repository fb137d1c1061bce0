package dev.alwayson.e2e.traffic;

import dev.alwayson.app.demo.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A web server within the test with answers of unusual size: {@code /large} has 4 MiB, {@code
 * /endless} has no end, and {@code /never} does not come; of {@code /unread} it reads no body. Safe
 * for use by several threads.
 */
final class BodyServer implements AutoCloseable {

    static final int LARGE_BYTES = 4 << 20;

    private static final int BLOCK_BYTES = 16 * 1024;

    /** So that the kernel holds little, and what is held elsewhere is seen. */
    private static final int SEND_BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean closed;

    private BodyServer(ServerSocket listener) {
        this.listener = listener;
    }

    /** Serves on a free port of the loopback address from now on. */
    static BodyServer start() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.one()), 4096);
        BodyServer server = new BodyServer(listener);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections that are open. */
    int connections() {
        return connections.size();
    }

    /** Octets of bodies so far. */
    long written() {
        return written.get();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                socket.setSendBufferSize(SEND_BUFFER_BYTES);
                connections.add(socket);
                Thread.ofVirtual().start(() -> answerAll(socket));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void answerAll(Socket socket) {
        try (socket) {
            var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = reader.readLine();
            while (line != null) {
                String path = line.split(" ", 3)[1];
                while (!line.isEmpty()) {
                    line = reader.readLine();
                }
                answer(path, socket.getOutputStream());
                line = reader.readLine();
            }
        } catch (IOException gone) {
            // Whoever closed it knows; nobody is left to be told.
            return;
        } finally {
            connections.remove(socket);
        }
    }

    private void answer(String path, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        switch (path) {
            case "/large" -> {
                head(out, "Content-Length: " + LARGE_BYTES);
                for (int sent = 0; sent < LARGE_BYTES; sent += block.length) {
                    write(out, block);
                }
            }
            case "/endless" -> {
                head(out, "Connection: close");
                while (!closed) {
                    write(out, block);
                }
            }
            case "/never" -> {}
            case "/unread" -> awaitClose();
            default -> throw new IllegalArgumentException(path);
        }
    }

    private void awaitClose() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void head(OutputStream out, String field) throws IOException {
        String head = "HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void write(OutputStream out, byte[] block) throws IOException {
        out.write(block);
        written.getAndAdd(block.length);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        over.countDown();
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
