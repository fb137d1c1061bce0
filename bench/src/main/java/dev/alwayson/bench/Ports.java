package dev.alwayson.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a peer listens, all on loopback: for HTTP with one server, with a thousand, for TCP, and
 * for its metrics.
 */
record Ports(int http, int many, int tcp, int admin) {

    static Ports free() throws IOException {
        List<Integer> found = free(4);
        return new Ports(found.get(0), found.get(1), found.get(2), found.get(3));
    }

    /** Different ports that nobody has at the moment. */
    static List<Integer> free(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
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
