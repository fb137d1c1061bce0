package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * An address that nobody listens on. Its port lies below those that outgoing connections take, so
 * that it stays free until the test listens there.
 */
final class FreeAddress {

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;

    private FreeAddress() {}

    static HostAndPort find() {
        int start = ThreadLocalRandom.current().nextInt(PORTS);
        return IntStream.range(0, PORTS)
                .map(i -> FIRST_PORT + (start + i) % PORTS)
                .filter(FreeAddress::free)
                .mapToObj(port -> new HostAndPort("127.0.0.1", port))
                .findFirst()
                .orElseThrow();
    }

    /** On every address of the machine. */
    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
