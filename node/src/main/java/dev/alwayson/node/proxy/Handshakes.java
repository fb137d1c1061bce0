package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lets a listening socket begin no TCP handshake any more while those that have begun go on to
 * their end: it is bound to a network interface that does not exist. So the kernel finds it for no
 * SYN, which is refused at once, or goes to another socket that listens there; the rest of a
 * handshake is found without it, and its connection is not bound to the interface.
 *
 * <p>Needs Linux 5.7, the first to let a process without rights do so. Only handshakes of which the
 * kernel keeps nothing, the SYN cookies of a flood of SYNs, do not get to their end.
 *
 * <p>Sources: socket(7), SO_BINDTODEVICE; SO_BINDTOIFINDEX of Linux 5.1 (commit f5dd3d0c9638), for
 * everybody since 5.7 (c427bfec18f2); {@code compute_score} in net/ipv4/inet_hashtables.c, {@code
 * inet_request_bound_dev_if} in include/net/inet_sock.h.
 */
final class Handshakes {

    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTOIFINDEX = 62;
    private static final IntegerUnixChannelOption INTERFACE =
            new IntegerUnixChannelOption("SO_BINDTOIFINDEX", SOL_SOCKET, SO_BINDTOIFINDEX);

    /** The kernel counts interfaces from 1. */
    private static final int NO_INTERFACE = Integer.MAX_VALUE;

    private Handshakes() {}

    /**
     * For a channel that listens, for good.
     *
     * @return whether the transport and the kernel can do it
     */
    static boolean end(Channel listening) {
        String why = "its transport has no such option";
        try {
            if (listening.config().setOption(INTERFACE, NO_INTERFACE)) {
                return true;
            }
        } catch (ChannelException e) {
            why = String.valueOf(e.getMessage());
        }
        LOG.debug("{}: closes while handshakes may begin: {}", listening, why);
        return false;
    }
}
