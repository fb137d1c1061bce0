package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.setting.HostAndPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One address that is listened on, by every event loop (SO_REUSEPORT: the kernel spreads the
 * connections). Opened and closed by one thread; which frontend it belongs to is read by the loops.
 */
final class Listener {

    private static final int BACKLOG = 4096;

    private final HostAndPort address;
    private final List<Channel> channels = new ArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private volatile String frontend;
    private volatile boolean accepting;

    private Listener(HostAndPort address, String frontend) {
        this.address = address;
        this.frontend = frontend;
    }

    /**
     * Binds the address; nothing is accepted before {@link #accept}.
     *
     * @param shared whether this process has sockets of the port already
     * @throws IOException if it cannot be bound; the message is one sentence for people
     */
    static Listener open(
            HostAndPort address,
            String frontend,
            Transport transport,
            List<Worker> workers,
            boolean shared)
            throws IOException {
        InetSocketAddress wanted = socketAddress(address);
        if (!shared) {
            probe(address, wanted);
        }
        Listener listener = new Listener(address, frontend);
        int count = transport.sharesPorts() ? workers.size() : 1;
        for (int i = 0; i < count; i++) {
            ChannelFuture bound =
                    listener.bootstrap(transport, workers.get(i))
                            .bind(wanted)
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                listener.channels.forEach(Channel::close);
                throw new IOException(
                        sentence(address, String.valueOf(bound.cause().getMessage())));
            }
            listener.channels.add(bound.channel());
            // Port 0 is any free port: the other loops take the same one.
            wanted = (InetSocketAddress) bound.channel().localAddress();
        }
        return listener;
    }

    private static InetSocketAddress socketAddress(HostAndPort address) throws IOException {
        if (address.host().isEmpty()) {
            return new InetSocketAddress(address.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw new IOException(sentence(address, "the name does not resolve"), e);
        }
    }

    /** With SO_REUSEPORT a second process of the same user would share the port unnoticed. */
    private static void probe(HostAndPort address, InetSocketAddress wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(wanted);
        } catch (IOException e) {
            throw new IOException(sentence(address, String.valueOf(e.getMessage())), e);
        }
    }

    private static String sentence(HostAndPort address, String why) {
        return address
                + ": cannot listen there: "
                + why
                + "; stop what uses it, or choose another address";
    }

    private ServerBootstrap bootstrap(Transport transport, Worker worker) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(worker.loop)
                        .channelFactory(transport.listeners())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOCATOR, worker.allocator())
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(new Accepting(worker));
        if (transport.sharesPorts()) {
            bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
        }
        return bootstrap;
    }

    private final class Accepting extends ChannelInitializer<Channel> {

        private final Worker worker;

        Accepting(Worker worker) {
            this.worker = worker;
        }

        @Override
        protected void initChannel(Channel channel) {
            accepted.getAndIncrement();
            LoopFrontend owner = worker.frontend(frontend);
            if (owner == null || channel.remoteAddress() == null) {
                channel.close();
            } else if (!owner.admits(channel)) {
                Reset.close(channel);
            } else if (owner.plan().frontend().mode() == Mode.TCP) {
                channel.config().setAutoRead(false);
                channel.pipeline().addLast(new TcpConnection(worker, channel, owner));
            } else {
                channel.pipeline().addLast(new ClientConnection(worker, channel, owner));
            }
        }
    }

    /** Accepts for the frontend from now on, what waits already included. */
    void accept(String owner) {
        frontend = owner;
        accepting = true;
        channels.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Whether {@link #accept} was called. */
    boolean accepting() {
        return accepting;
    }

    /**
     * Begins no handshake any more; what has begun is accepted still.
     *
     * @return whether the kernel can do that
     */
    boolean endHandshakes() {
        return channels.stream().allMatch(Handshakes::end);
    }

    /** Lets every loop accept what it can now; whether there was nothing, as all of them know. */
    boolean quiet() throws InterruptedException {
        long before = accepted.get();
        boolean looked = true;
        for (Channel channel : channels) {
            looked &= channel.eventLoop().submit(() -> {}).await(1, TimeUnit.SECONDS);
        }
        return looked && accepted.get() == before;
    }

    /** Closes them all at once: what the kernel still has queued for them is reset. */
    static void close(Collection<Listener> listeners) {
        listeners.stream()
                .flatMap(listener -> listener.channels.stream())
                .map(Channel::close)
                .toList()
                .forEach(ChannelFuture::awaitUninterruptibly);
    }

    HostAndPort address() {
        return address;
    }

    String frontend() {
        return frontend;
    }

    /** The address with the port that it really has. */
    String bound() {
        return Addresses.text((InetSocketAddress) channels.getFirst().localAddress());
    }
}
