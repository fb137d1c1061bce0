package dev.alwayson.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nobody listens on. They lie below the range from which outgoing connections take
 * theirs, so that a server that is down for a while finds its port free when it comes back.
 *
 * <p>On Linux they are held until this process ends, by sockets that are bound and do not listen:
 * who looks for a free port, here or in another process, does not get one of them; a server that
 * sets SO_REUSEADDR, as servers do, can listen there; and while none does, connections are refused.
 * Other systems would keep that server away too, so there another process may be faster.
 */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int MOST_TRIES = 1000;
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
    private static final Queue<Socket> HELD = new ConcurrentLinkedQueue<>();

    private FreePort() {}

    /**
     * @return a port of the loopback address
     * @throws IOException if there is none
     */
    public static int one() throws IOException {
        return find(1).getFirst();
    }

    /**
     * @return so many different ports of the loopback address
     * @throws IOException if there are not so many
     */
    public static List<Integer> find(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        int start = ThreadLocalRandom.current().nextInt(COUNT);
        for (int i = 0; i < MOST_TRIES && found.size() < count; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (hold(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException(
                    "ports " + FIRST + " to " + (FIRST + COUNT - 1) + ": not " + count + " free");
        }
        return found;
    }

    /** Whether nobody had it. */
    private static boolean hold(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            socket.close();
            return false;
        }
        if (LINUX) {
            socket.setReuseAddress(true);
            HELD.add(socket);
        } else {
            socket.close();
        }
        return true;
    }
}
