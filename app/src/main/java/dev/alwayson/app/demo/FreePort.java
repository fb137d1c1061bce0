package dev.alwayson.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nobody listens on. They lie below the range from which outgoing connections take
 * theirs, so that a server that is down for a while finds its port free when it comes back.
 */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int MOST_TRIES = 1000;

    private FreePort() {}

    /**
     * @return so many different ports of the loopback address
     * @throws IOException if there are not so many
     */
    public static List<Integer> find(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        int start = ThreadLocalRandom.current().nextInt(COUNT);
        for (int i = 0; i < MOST_TRIES && found.size() < count; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (free(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException(
                    "ports " + FIRST + " to " + (FIRST + COUNT - 1) + ": not " + count + " free");
        }
        return found;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
