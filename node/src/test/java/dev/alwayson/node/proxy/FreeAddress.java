package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * An address that nobody listens on. Its port lies below those that outgoing connections take, and
 * is held until the tests end: by a socket that is bound and does not listen, beside which a server
 * that sets SO_REUSEADDR can.
 */
final class FreeAddress {

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final Queue<Socket> HELD = new ConcurrentLinkedQueue<>();

    private FreeAddress() {}

    static HostAndPort find() {
        return find("127.0.0.1");
    }

    static HostAndPort find(String host) {
        int start = ThreadLocalRandom.current().nextInt(PORTS);
        return IntStream.range(0, PORTS)
                .map(i -> FIRST_PORT + (start + i) % PORTS)
                .filter(FreeAddress::hold)
                .mapToObj(port -> new HostAndPort(host, port))
                .findFirst()
                .orElseThrow();
    }

    /** On every address of the machine. */
    private static boolean hold(int port) {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(port));
            socket.setReuseAddress(true);
            return HELD.add(socket);
        } catch (IOException taken) {
            close(socket);
            return false;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
