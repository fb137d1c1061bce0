package dev.alwayson.node.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are driven: epoll on Linux; elsewhere the JDK's selector, with one accepting loop.
 */
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ChannelFactory<Channel> serverSideChannels() {
            return EpollConnection::new;
        }

        @Override
        ChannelFactory<ServerChannel> listeners(boolean ofIpv4) {
            return ofIpv4 ? () -> new EpollListener(SocketProtocolFamily.INET) : EpollListener::new;
        }

        @Override
        Optional<Bootstrap> probeOfIpv6() {
            return Socket.isIPv6Preferred()
                    ? Optional.of(
                            new Bootstrap()
                                    .channelFactory(() ->
                                            new EpollServerSocketChannel(
                                                    SocketProtocolFamily.INET6))
                                    .option(ONLY_IPV6, 1))
                    : Optional.empty();
        }

        @Override
        void setOptions(Bootstrap listener) {}

        @Override
        void setOptions(Channel accepted) {}
    },
    NIO {
        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ChannelFactory<Channel> serverSideChannels() {
            return NioSocketChannel::new;
        }

        @Override
        ChannelFactory<ServerChannel> listeners(boolean ofIpv4) {
            return ofIpv4
                    ? () ->
                            new NioServerSocketChannel(
                                    SelectorProvider.provider(), SocketProtocolFamily.INET)
                    : NioServerSocketChannel::new;
        }

        @Override
        Optional<Bootstrap> probeOfIpv6() {
            return Optional.empty();
        }

        @Override
        void setOptions(Bootstrap listener) {
            listener.option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true);
        }

        @Override
        void setOptions(Channel accepted) {
            try {
                accepted.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            } catch (ChannelException e) {
                LOG.debug("A connection ended before it had its options; reading it tells", e);
            }
        }
    };

    /** How many connections wait to be accepted, at most. */
    static final int BACKLOG = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** Linux's IPPROTO_IPV6 and IPV6_V6ONLY. */
    private static final ChannelOption<Integer> ONLY_IPV6 =
            new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    static Transport available() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory ioHandlers();

    /** Connections to servers. */
    abstract ChannelFactory<Channel> serverSideChannels();

    /**
     * What clients connect to.
     *
     * @param ofIpv4 whether clients of IPv6 find nobody, also where it listens on every address
     */
    abstract ChannelFactory<ServerChannel> listeners(boolean ofIpv4);

    /**
     * For a socket that shares no port and leaves IPv4 alone, to find out whether another program
     * has an address of IPv6. Nothing where listeners share no ports, or where there is no IPv6.
     */
    abstract Optional<Bootstrap> probeOfIpv6();

    /** Sets what the transports set each in its way. */
    abstract void setOptions(Bootstrap listener);

    /** Sets what a connection has not inherited from its listener. */
    abstract void setOptions(Channel accepted);

    /** Whether several loops can listen on one address, the kernel spreading the connections. */
    boolean sharesPorts() {
        return this == EPOLL;
    }
}
