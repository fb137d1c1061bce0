package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * New connections without end: each client connects, asks once, reads the whole answer, and begins
 * again. Whoever is refused was not connected; whoever was connected is to get an answer.
 */
final class Flood implements AutoCloseable {

    private static final int CLIENTS = 44;
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int REFUSED_PAUSE_NANOS = 1_000_000;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

    private final InetSocketAddress to;
    private final String answer;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final List<Thread> clients;
    private volatile boolean over;

    private Flood(int port, String answer) {
        this.to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.answer = answer;
        this.clients =
                IntStream.range(0, CLIENTS)
                        .mapToObj(i -> Thread.ofVirtual().start(this::client))
                        .toList();
    }

    /** Begins; a whole answer is one that ends with this. */
    static Flood on(int port, String answer) {
        return new Flood(port, answer);
    }

    private void client() {
        while (!over) {
            try (Socket socket = new Socket()) {
                if (connected(socket)) {
                    ask(socket);
                }
            } catch (IOException e) {
                lost.add(e.toString());
            }
        }
    }

    private boolean connected(Socket socket) throws IOException {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(to, TIMEOUT_MILLIS);
            return true;
        } catch (ConnectException e) {
            refused.getAndIncrement();
            LockSupport.parkNanos(REFUSED_PAUSE_NANOS);
            return false;
        }
    }

    private void ask(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        String got = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        if (got.endsWith(answer)) {
            answered.getAndIncrement();
        } else {
            lost.add("closed after: " + got);
        }
    }

    /** Waits until so many more were answered. */
    void awaitAnswered(int more) {
        int goal = answered.get() + more;
        Rig.eventually(more + " more are answered", () -> answered.get() >= goal);
    }

    /** Waits until nobody listens there any more. */
    void awaitRefused() {
        int goal = refused.get() + 2 * CLIENTS;
        Rig.eventually("everybody is refused", () -> refused.get() >= goal);
    }

    int refused() {
        return refused.get();
    }

    /** What those got who were connected and had no whole answer. */
    List<String> lost() {
        return lost;
    }

    /** Every client ends with what it has begun. */
    @Override
    public void close() {
        over = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
