package dev.alwayson.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where a peer listens, all on loopback: for HTTP with one server, with a thousand, for TCP, and
 * for its metrics.
 */
record Ports(int http, int many, int tcp, int admin) {

    private static final Queue<Socket> HELD = new ConcurrentLinkedQueue<>();

    static Ports free() throws IOException {
        List<Integer> found = free(4);
        return new Ports(found.get(0), found.get(1), found.get(2), found.get(3));
    }

    /**
     * Different ports that nobody has. They are held until this process ends, by sockets that are
     * bound and do not listen: nobody else is given one, and a server that sets SO_REUSEADDR can
     * listen there.
     */
    static List<Integer> free(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            HELD.add(socket);
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setReuseAddress(true);
            found.add(socket.getLocalPort());
        }
        return found;
    }

    int of(Entrance entrance) {
        return switch (entrance) {
            case HTTP -> http;
            case MANY -> many;
            case TCP -> tcp;
        };
    }

    /** Which of a peer's doors the load comes in by. */
    enum Entrance {
        HTTP,
        /** With a thousand servers behind it. */
        MANY,
        TCP
    }
}
