package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a connection ends as soon as all is written, its last octets are held back (TCP_CORK) and
 * go in one segment with its end: a segment, and its way through the kernel, is spared. By the
 * channel's event loop; where there is no epoll, nothing is held back.
 */
final class LastSegment {

    private static final Logger LOG = LoggerFactory.getLogger(LastSegment.class);

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3;

    private LastSegment() {}

    /** Before the last octets of an open channel are flushed, which is then ended and closed. */
    static void hold(Channel channel) {
        if (channel instanceof EpollConnection socket) {
            try {
                socket.socket().setIntOpt(IPPROTO_TCP, TCP_CORK, 1);
            } catch (IOException e) {
                LOG.debug("A connection's end goes in a segment of its own", e);
            }
        }
    }

    /**
     * Closes a channel that has written all. What is held back is sent before, with the end: if the
     * client has sent more meanwhile, a close alone resets the connection, and loses it.
     */
    static void close(Channel channel) {
        if (channel instanceof EpollConnection socket) {
            try {
                socket.socket().shutdown(false, true);
            } catch (IOException | NotYetConnectedException e) {
                LOG.debug("A connection ended before its end was sent", e);
            }
        }
        channel.close();
    }
}
