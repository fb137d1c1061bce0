package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import io.netty.channel.epoll.AbstractEpollServerChannel;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.NativeInetAddress;
import java.net.SocketAddress;

/** A listening socket over epoll, whose connections are {@link EpollConnection}s. */
final class EpollListener extends AbstractEpollServerChannel {

    private final EpollChannelConfig config = new Config(this);

    EpollListener() {
        super(LinuxSocket.newSocketStream(), false);
    }

    EpollListener(SocketProtocolFamily family) {
        super(LinuxSocket.newSocketStream(family), false);
    }

    private static final class Config extends EpollChannelConfig {
        Config(Channel listener) {
            super(listener);
        }
    }

    @Override
    public EpollChannelConfig config() {
        return config;
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        socket.setReuseAddress(true);
        socket.setReusePort(true);
        // Accepted sockets inherit these: no system call for each.
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        super.doBind(address);
        socket.listen(Transport.BACKLOG);
        active = true;
        registration().submit(EpollIoOps.EPOLLERR);
    }

    @Override
    protected Channel newChildChannel(int descriptor, byte[] remote, int offset, int length) {
        return new EpollConnection(
                this, descriptor, NativeInetAddress.address(remote, offset, length));
    }
}
