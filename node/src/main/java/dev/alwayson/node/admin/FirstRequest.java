package dev.alwayson.node.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin server's first request, which the node makes itself: what an answer takes is loaded
 * while there are file descriptors to load it with. Java remembers for ever that a class could not
 * be loaded.
 */
final class FirstRequest {

    private static final Logger LOG = LoggerFactory.getLogger(FirstRequest.class);
    private static final int MOST_MILLIS = 1000;

    /** To a page that is open to all, so the connection ends with the answer. */
    private static final byte[] REQUEST =
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private FirstRequest() {}

    /** Waits for a second at most at each step, and returns with or without an answer. */
    static void ask(InetSocketAddress bound) {
        InetAddress address =
                bound.getAddress().isAnyLocalAddress()
                        ? InetAddress.getLoopbackAddress()
                        : bound.getAddress();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(MOST_MILLIS);
            socket.connect(new InetSocketAddress(address, bound.getPort()), MOST_MILLIS);
            socket.getOutputStream().write(REQUEST);
            byte[] _ = socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            LOG.debug("{}: the admin server has not answered its own node", bound, e);
        }
    }
}
