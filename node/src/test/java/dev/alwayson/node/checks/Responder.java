package dev.alwayson.node.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A server of the tests on a free port of loopback, which behaves as each test wants. */
final class Responder implements AutoCloseable {

    /** What it does with a connection; the connection closes when it returns. */
    interface Behaviour {
        void serve(Socket connection) throws IOException, InterruptedException;
    }

    /** How connections ended: {@code done}, or the error that its behaviour met. */
    final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

    /** The requests' heads, as far as the behaviour read them. */
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    Responder(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Reads the request, then sends this and closes. */
    static Responder answering(String... pieces) throws IOException {
        Responder[] self = new Responder[1];
        self[0] =
                new Responder(connection -> {
                    self[0].requests.add(readHead(connection));
                    for (String piece : pieces) {
                        connection.getOutputStream().write(piece.getBytes(ISO_8859_1));
                        connection.getOutputStream().flush();
                    }
                });
        return self[0];
    }

    /** Accepts, and says nothing until the other side goes away. */
    static Responder silent() throws IOException {
        return new Responder(connection ->
                connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    static String readHead(Socket connection) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed within the request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** How many connections are open. */
    int open() {
        return connections.size();
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            behaviour.serve(connection);
            endings.add("done");
        } catch (IOException e) {
            endings.add(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
