package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of the tests: what it does with each connection is told as code over plain bytes. */
final class RawServer implements AutoCloseable {

    /** What the server does with a connection. */
    interface Script {
        void serve(Peer peer) throws IOException, InterruptedException;
    }

    /** The server's end of a connection. */
    static final class Peer {
        final InputStream in;
        final OutputStream out;
        final Socket socket;
        private final List<String> heads;

        private Peer(Socket socket, List<String> heads) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
            this.heads = heads;
        }

        /** The next request's head, with its empty line; empty at the end of the connection. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return "";
                }
                head.append((char) octet);
            }
            heads.add(head.toString());
            return head.toString();
        }

        /** Notes what came, beside the heads. */
        void note(String what) {
            heads.add(what);
        }

        String body(int length) throws IOException {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void answer(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private final ServerSocket listening;
    private final Thread accepting;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    private RawServer(InetAddress address, int port, Script script) throws IOException {
        listening = new ServerSocket(port, 1000, address);
        accepting = Thread.ofPlatform().daemon().start(() -> accept(script));
    }

    static RawServer of(Script script) throws IOException {
        return new RawServer(InetAddress.getLoopbackAddress(), 0, script);
    }

    /** At another address of this machine, with the same port. */
    RawServer twin(String address, Script script) throws IOException {
        return new RawServer(InetAddress.ofLiteral(address), address().port(), script);
    }

    /** Answers every request with 200 and this text, for as long as the connection is kept. */
    static RawServer answering(String text) throws IOException {
        return of(peer -> {
            while (!peer.head().isEmpty()) {
                peer.answer(text);
            }
        });
    }

    private void accept(Script script) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(script, socket));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket) {
            script.serve(new Peer(socket, heads));
        } catch (IOException e) {
            // The other side is free to break the connection; tests look at what it saw.
            heads.add("broken: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", listening.getLocalPort());
    }

    /** The heads of the requests that came, in their order. */
    List<String> heads() {
        return heads;
    }

    int connections() {
        return connections.get();
    }

    int openConnections() {
        return open.size();
    }

    void kill() throws IOException {
        close();
    }

    /** Stops as a killed process does: nothing listens, every connection is broken. */
    @Override
    public void close() throws IOException {
        listening.close();
        try {
            accepting.join(); // Until then the socket may still listen.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : new ArrayList<>(open)) {
            socket.close();
        }
    }
}
