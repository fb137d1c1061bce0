package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * How sockets are driven: epoll on Linux; elsewhere the JDK's selector, with one accepting loop.
 */
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory ioHandlers() {
            return KeptRegistrations.factory();
        }

        @Override
        ChannelFactory<Channel> serverSideChannels() {
            return EpollSocketChannel::new;
        }

        @Override
        ChannelFactory<ServerChannel> listeners() {
            return EpollServerSocketChannel::new;
        }
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
        ChannelFactory<ServerChannel> listeners() {
            return NioServerSocketChannel::new;
        }
    };

    static Transport available() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory ioHandlers();

    /** Connections to servers. */
    abstract ChannelFactory<Channel> serverSideChannels();

    abstract ChannelFactory<ServerChannel> listeners();

    /** Whether several loops can listen on one address, the kernel spreading the connections. */
    boolean sharesPorts() {
        return this == EPOLL;
    }
}
