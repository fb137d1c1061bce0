package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.shortage.SeldomSaid;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address that is listened on, by every event loop (SO_REUSEPORT: the kernel spreads the
 * connections). Opened and closed by one thread; which frontend it belongs to is read by the loops.
 */
final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int PAUSE_SECONDS = 1;
    private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final HostAndPort address;

    /**
     * Whether clients of IPv4 alone reach it. Its sockets are of IPv4 then: those of IPv6 take
     * 0.0.0.0 for every address of both. To Java that is no other than the empty host, which means
     * just that.
     */
    private final boolean ofIpv4;

    /** One for each loop that listens. */
    final List<Channel> channels = new ArrayList<>();

    private final AtomicLong accepted = new AtomicLong();
    private final SeldomSaid failure = new SeldomSaid(SAY_NANOS, System.nanoTime());
    private volatile String frontend;
    private volatile boolean accepting;

    private Listener(HostAndPort address, InetSocketAddress wanted, String frontend) {
        this.address = address;
        this.frontend = frontend;
        ofIpv4 = !address.host().isEmpty() && wanted.getAddress() instanceof Inet4Address;
    }

    /**
     * Binds the address; nothing is accepted before {@link #accept}.
     *
     * @param beside what this process has of the port already
     * @throws IOException if it cannot be bound; the message says why
     */
    static Listener open(
            HostAndPort address,
            String frontend,
            Transport transport,
            List<Worker> workers,
            List<Listener> beside)
            throws IOException {
        InetSocketAddress wanted = socketAddress(address);
        Listener listener = new Listener(address, wanted, frontend);
        if (beside.isEmpty()) {
            listener.probe(wanted);
        } else if (!listener.ofIpv4 && beside.stream().allMatch(other -> other.ofIpv4)) {
            probeIpv6(wanted, transport, workers.getFirst());
        }
        int count = transport.sharesPorts() ? workers.size() : 1;
        try {
            for (int i = 0; i < count; i++) {
                // Port 0 is any free port: the other loops take the same one.
                wanted = listener.bind(wanted, transport, workers.get(i));
            }
        } catch (IOException e) {
            close(List.of(listener));
            throw e;
        }
        return listener;
    }

    /** One event loop listens there, too; says where that really is. */
    private InetSocketAddress bind(InetSocketAddress wanted, Transport transport, Worker worker)
            throws IOException {
        await(worker.takePlaceToListen());
        ChannelFuture bound = bootstrap(transport, worker).bind(wanted);
        try {
            await(bound);
        } catch (IOException e) {
            worker.room().giveBack();
            throw e;
        }
        bound.channel().closeFuture().addListener(closed -> worker.room().giveBack());
        channels.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private static void await(Future<?> step) throws IOException {
        if (!step.awaitUninterruptibly().isSuccess()) {
            throw new IOException(step.cause().getMessage(), step.cause());
        }
    }

    private static InetSocketAddress socketAddress(HostAndPort address) throws IOException {
        if (address.host().isEmpty()) {
            return new InetSocketAddress(address.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw new IOException("the name does not resolve", e);
        }
    }

    /** With SO_REUSEPORT a second process of the same user would share the port unnoticed. */
    private void probe(InetSocketAddress wanted) throws IOException {
        try (ServerSocket socket =
                ofIpv4
                        ? ServerSocketChannel.open(StandardProtocolFamily.INET).socket()
                        : new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(wanted);
        }
    }

    /**
     * To a process that shares the port with SO_REUSEPORT already, the kernel gives every address
     * of both also if another one has those of IPv6. The node's own of IPv4 are in nobody's way.
     */
    private static void probeIpv6(InetSocketAddress wanted, Transport transport, Worker worker)
            throws IOException {
        Optional<Bootstrap> probe = transport.probeOfIpv6();
        if (probe.isEmpty()) {
            return;
        }
        InetAddress ipv6 =
                wanted.getAddress().isAnyLocalAddress()
                        ? InetAddress.ofLiteral("::")
                        : wanted.getAddress();
        ChannelFuture bound =
                probe.get()
                        .group(worker.loop)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(new ChannelInboundHandlerAdapter())
                        .bind(new InetSocketAddress(ipv6, wanted.getPort()));
        await(bound);
        bound.channel().close().awaitUninterruptibly();
    }

    private Bootstrap bootstrap(Transport transport, Worker worker) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(worker.loop)
                        .channelFactory(transport.listeners(ofIpv4))
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, new AcceptQueue(worker::answers))
                        .handler(new Accepting(transport, worker));
        transport.setOptions(bootstrap);
        return bootstrap;
    }

    /** Takes what one event loop accepts, and serves it there. */
    private final class Accepting extends ChannelInboundHandlerAdapter {

        private final Transport transport;
        private final Worker worker;

        Accepting(Transport transport, Worker worker) {
            this.transport = transport;
            this.worker = worker;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel channel = (Channel) message;
            accepted.getAndIncrement();
            try {
                admit(channel);
            } catch (Throwable e) {
                // Thrown on, it would be taken for a failure to accept, and the channel be lost.
                worker.unexpected(e);
                channel.unsafe().closeForcibly();
            }
        }

        private void admit(Channel channel) {
            LoopFrontend owner = worker.frontend(frontend);
            if (owner == null || channel.remoteAddress() == null) {
                channel.unsafe().closeForcibly();
            } else if (!owner.admits(channel, worker.idleClients)) {
                Reset.closeNew(channel);
            } else {
                try {
                    serve(channel, owner);
                } catch (Throwable e) {
                    owner.giveBack(channel);
                    throw e;
                }
            }
        }

        private void serve(Channel channel, LoopFrontend owner) {
            channel.config().setAllocator(worker.allocator());
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            transport.setOptions(channel);
            if (owner.plan().frontend().mode() == Mode.TCP) {
                channel.config().setAutoRead(false);
                channel.pipeline().addLast(new TcpConnection(worker, channel, owner));
            } else {
                channel.pipeline().addLast(new ClientConnection(worker, channel, owner));
                // Known before it registers, this spares a system call.
                channel.unsafe().beginRead();
            }
            worker.loop.register(channel);
        }

        /** Accepting failed, for want of file descriptors most likely: it rests for a second. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelConfig config = context.channel().config();
            if (config.isAutoRead()) {
                config.setAutoRead(false);
                worker.loop.schedule(
                        () -> config.setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS);
            }
            if (failure.say(System.nanoTime()).isPresent()) {
                LOG.error(
                        "{}: connections cannot be accepted: {}; they wait, and it is tried again"
                                + " every second; if files are too many, raise LimitNOFILE= of the"
                                + " unit, or ulimit -n",
                        address,
                        cause.getMessage());
            }
        }
    }

    /** Accepts for the frontend from now on, what waits already included. */
    void accept(String owner) {
        frontend = owner;
        if (!accepting) { // Else a channel that rests would be woken by every snapshot.
            accepting = true;
            channels.forEach(channel -> channel.config().setAutoRead(true));
        }
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

    /**
     * Lets every loop accept what it can now, also one that rests; whether there was nothing, as
     * all of them know.
     */
    boolean quiet() throws InterruptedException {
        long before = accepted.get();
        boolean looked = true;
        for (Channel channel : channels) {
            looked &=
                    channel.eventLoop()
                            .submit(() -> channel.config().setAutoRead(accepting))
                            .await(1, TimeUnit.SECONDS);
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
