package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.channel.unix.Socket;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection over epoll, accepted or made: a channel of Netty's that asks the kernel hardly more
 * than it need know. Netty's own asks for the size of a buffer, for addresses and for options, and
 * sets what an accepted socket has inherited.
 *
 * <p>What it waits for is told to the kernel when the handling of its event ends, if it has
 * changed. One that waits for nothing stays in the epoll set, edge-triggered, so that a hang-up is
 * told once and not for ever; closing it takes it out. In a round of events an early one may close
 * a socket and open another with the same number, whose late events then come to the other: each
 * event is only a reason to look, so that they do no harm.
 *
 * <p>Sources: epoll(7), with its answers 6 and 9; {@code tcp_poll} in net/ipv4/tcp.c.
 */
final class EpollConnection extends AbstractChannel implements DuplexChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    private static final AtomicLong IDS = new AtomicLong();

    private static final int IN = EpollIoOps.EPOLLIN.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int ERROR = EpollIoOps.EPOLLERR.value();
    private static final int PEER_ENDED = EpollIoOps.EPOLLRDHUP.value();

    /** That more may be there is known when it is asked whether enough was read for a round. */
    private static final UncheckedBooleanSupplier MORE = UncheckedBooleanSupplier.TRUE_SUPPLIER;

    private static final EpollIoOps READING = EpollIoOps.EPOLLRDHUP.with(EpollIoOps.EPOLLIN);

    private static final FastThreadLocal<IovArray> PIECES =
            new FastThreadLocal<>() {
                @Override
                protected IovArray initialValue() {
                    return new IovArray(Limits.IOV_MAX);
                }

                @Override
                protected void onRemoval(IovArray pieces) {
                    pieces.release();
                }
            };

    private final Socket socket;
    private final Config config = new Config();
    private @Nullable IoRegistration registration;

    /** What it waits for. */
    private int wanted;

    /** What the kernel knows that it waits for: nothing, before it knows the socket. */
    private int told;

    /** What the kernel is to know is told when an event's handling ends. */
    private boolean handling;

    private volatile boolean active;
    private boolean inputEnded;
    private @Nullable InetSocketAddress local;
    private @Nullable InetSocketAddress remote;
    private @Nullable ChannelPromise connecting;
    private @Nullable Future<?> connectTimeout;

    /** One that was accepted. */
    EpollConnection(Channel listener, int descriptor, InetSocketAddress remote) {
        super(listener);
        this.socket = new Socket(descriptor);
        this.remote = remote;
        this.active = true;
        this.wanted = PEER_ENDED;
    }

    /** One that is to be made. */
    EpollConnection() {
        super(null);
        this.socket = Socket.newSocketStream();
    }

    private record Id(long number) implements ChannelId {
        @Override
        public String asShortText() {
            return Long.toHexString(number);
        }

        @Override
        public String asLongText() {
            return asShortText();
        }

        @Override
        public int compareTo(ChannelId other) {
            return other instanceof Id id
                    ? Long.compare(number, id.number)
                    : asLongText().compareTo(other.asLongText());
        }
    }

    @Override
    protected ChannelId newId() {
        return new Id(IDS.getAndIncrement());
    }

    Socket socket() {
        return socket;
    }

    // ---- what it waits for ----

    private void want(int events) {
        wanted |= events;
        tell();
    }

    private void noLongerWant(int events) {
        wanted &= ~events;
        tell();
    }

    private void tell() {
        IoRegistration known = registration;
        if (handling || known == null || !socket.isOpen()) {
            return;
        }
        EpollIoOps events =
                wanted == 0 && told != 0
                        ? EpollIoOps.EPOLLET
                        : wanted == READING.value() ? READING : EpollIoOps.valueOf(wanted);
        if (events.value() != told) {
            known.submit(events);
            told = events.value();
        }
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop())
                .register((Inner) unsafe())
                .addListener((Future<IoRegistration> done) -> {
                    if (!done.isSuccess()) {
                        promise.setFailure(done.cause());
                        return;
                    }
                    registration = done.getNow();
                    try {
                        tell();
                    } catch (UncheckedIOException e) {
                        promise.setFailure(e.getCause());
                        return;
                    }
                    promise.setSuccess();
                });
    }

    @Override
    protected void doDeregister() {
        IoRegistration known = registration;
        if (known != null) {
            registration = null;
            known.cancel();
        }
    }

    @Override
    protected void doBeginRead() {
        if (!inputEnded) {
            want(IN);
        }
    }

    // ---- events ----

    private final class Inner extends AbstractUnsafe implements EpollIoHandle {

        private RecvByteBufAllocator.@Nullable ExtendedHandle sizes;

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        public void handle(IoRegistration by, IoEvent event) {
            int events = ((EpollIoEvent) event).ops().value();
            handling = true;
            try {
                if ((events & (OUT | ERROR)) != 0) {
                    writable();
                }
                if ((events & (IN | ERROR | PEER_ENDED)) != 0 && active) {
                    readable();
                }
            } finally {
                handling = false;
                try {
                    tell();
                } catch (UncheckedIOException e) {
                    close();
                }
            }
        }

        private void writable() {
            if (connecting != null) {
                finishConnect();
            } else if (active) {
                wanted &= ~OUT;
                if (!socket.isOutputShutdown()) {
                    flush0();
                }
            }
        }

        @Override
        protected void flush0() {
            if ((wanted & OUT) == 0) {
                super.flush0();
            }
        }

        /** Of a peer that has ended also if reading is off: a piece in each round, to the end. */
        @SuppressWarnings("deprecation") // Netty's type of a handle.
        private void readable() {
            if (inputEnded) {
                return;
            }
            if (!config.isAutoRead()) {
                wanted &= ~IN;
            }
            RecvByteBufAllocator.ExtendedHandle sizing = sizes;
            if (sizing == null) {
                sizing = (RecvByteBufAllocator.ExtendedHandle) recvBufAllocHandle();
                sizes = sizing;
            }
            ChannelPipeline pipeline = pipeline();
            ByteBufAllocator allocator = config.getAllocator();
            sizing.reset(config);
            ByteBuf data = null;
            boolean ended = false;
            try {
                int length;
                int room;
                do {
                    data = sizing.allocate(allocator);
                    room = data.writableBytes();
                    sizing.attemptedBytesRead(room);
                    length = receive(data);
                    sizing.lastBytesRead(length);
                    if (length <= 0) {
                        data.release();
                        data = null;
                        ended = length < 0;
                        break;
                    }
                    sizing.incMessagesRead(1);
                    ByteBuf full = data;
                    data = null;
                    pipeline.fireChannelRead(full);
                } while (active && length == room && sizing.continueReading(MORE));
                sizing.readComplete();
                pipeline.fireChannelReadComplete();
                if (ended) {
                    endInput();
                }
            } catch (Throwable e) {
                if (data != null) {
                    data.release();
                }
                sizing.readComplete();
                pipeline.fireChannelReadComplete();
                pipeline.fireExceptionCaught(e);
                if (ended || e instanceof IOException || e instanceof OutOfMemoryError) {
                    endInput();
                }
            }
        }

        private int receive(ByteBuf to) throws IOException {
            int from = to.writerIndex();
            int length;
            if (to.hasMemoryAddress()) {
                length = socket.recvAddress(to.memoryAddress(), from, to.capacity());
            } else {
                ByteBuffer buffer = to.internalNioBuffer(from, to.writableBytes());
                length = socket.recv(buffer, buffer.position(), buffer.limit());
            }
            if (length > 0) {
                to.writerIndex(from + length);
            }
            return length;
        }

        private void endInput() {
            if (inputEnded || !socket.isOpen()) {
                return;
            }
            inputEnded = true;
            wanted &= ~(IN | PEER_ENDED);
            if (config.halfClosure) {
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else {
                close(voidPromise());
            }
        }

        // ---- connecting ----

        @Override
        public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            try {
                remote = (InetSocketAddress) to;
                if (socket.connect(to)) {
                    connected(promise);
                } else {
                    connecting = promise;
                    want(OUT);
                    connectTimeout =
                            eventLoop()
                                    .schedule(
                                            () -> timedOut(to),
                                            config.getConnectTimeoutMillis(),
                                            TimeUnit.MILLISECONDS);
                }
            } catch (Throwable e) {
                connecting = null;
                promise.tryFailure(annotateConnectException(e, to));
                close(voidPromise());
            }
        }

        private void timedOut(SocketAddress to) {
            ChannelPromise promise = connecting;
            if (promise != null) {
                connecting = null;
                promise.tryFailure(
                        new ConnectTimeoutException(
                                "connection timed out after "
                                        + config.getConnectTimeoutMillis()
                                        + " ms: "
                                        + to));
                close(voidPromise());
            }
        }

        private void finishConnect() {
            ChannelPromise promise = connecting;
            if (promise == null) {
                return;
            }
            try {
                if (!socket.finishConnect() || socket.remoteAddress() == null) {
                    return; // The event was another's.
                }
                forgetTimeout();
                connecting = null;
                wanted &= ~OUT;
                connected(promise);
            } catch (Throwable e) {
                forgetTimeout();
                connecting = null;
                promise.tryFailure(annotateConnectException(e, remote));
                close(voidPromise());
            }
        }

        private void connected(ChannelPromise promise) {
            active = true;
            wanted |= PEER_ENDED;
            promise.trySuccess();
            if (active) {
                pipeline().fireChannelActive();
                tell();
            }
        }
    }

    private void forgetTimeout() {
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
            connectTimeout = null;
        }
    }

    // ---- writing ----

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws Exception {
        int turns = config.getWriteSpinCount();
        while (turns-- > 0) {
            int pieces = out.size();
            if (pieces == 0) {
                return;
            }
            long length;
            long sent;
            if (pieces == 1) {
                ByteBuf piece = (ByteBuf) out.current();
                length = piece.readableBytes();
                sent = length == 0 ? 0 : send(piece);
            } else {
                IovArray vector = PIECES.get();
                vector.clear();
                out.forEachFlushedMessage(vector);
                length = vector.size();
                sent =
                        vector.count() == 0
                                ? 0
                                : socket.writevAddresses(vector.memoryAddress(0), vector.count());
            }
            if (sent > 0 || length == 0) {
                out.removeBytes(sent);
            } else {
                want(OUT);
                return;
            }
        }
        eventLoop().execute(() -> ((Inner) unsafe()).flush0());
    }

    private int send(ByteBuf piece) throws IOException {
        if (piece.hasMemoryAddress()) {
            return socket.sendAddress(
                    piece.memoryAddress(), piece.readerIndex(), piece.writerIndex());
        }
        ByteBuffer buffer =
                piece.nioBufferCount() == 1
                        ? piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes())
                        : piece.nioBuffer();
        return socket.send(buffer, buffer.position(), buffer.limit());
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        ByteBuf piece = (ByteBuf) message;
        if (piece.hasMemoryAddress() || (piece.isDirect() && piece.nioBufferCount() == 1)) {
            return piece;
        }
        ByteBuf copy = alloc().directBuffer(piece.readableBytes());
        copy.writeBytes(piece);
        piece.release();
        return copy;
    }

    // ---- ends ----

    @Override
    protected void doShutdownOutput() throws Exception {
        socket.shutdown(false, true);
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    @Override
    protected void doClose() throws Exception {
        active = false;
        inputEnded = true;
        forgetTimeout();
        ChannelPromise promise = connecting;
        if (promise != null) {
            connecting = null;
            promise.tryFailure(new ClosedChannelException());
        }
        try {
            socket.close();
        } finally {
            doDeregister();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return inputEnded;
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        ((Inner) unsafe()).shutdownOutput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException());
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException());
    }

    // ---- what a channel is asked ----

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Inner();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(Inner.class);
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        if (local == null && socket.isOpen()) {
            InetSocketAddress listening =
                    parent() == null ? null : (InetSocketAddress) parent().localAddress();
            local =
                    listening == null || listening.getAddress().isAnyLocalAddress()
                            ? socket.localAddress()
                            : listening;
        }
        return local;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    private static final AdaptiveRecvByteBufAllocator SIZES = new AdaptiveRecvByteBufAllocator();

    private final class Config extends DefaultChannelConfig {

        private boolean halfClosure;

        Config() {
            super(EpollConnection.this, SIZES);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // Options are constants.
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            try {
                if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
                    halfClosure = (Boolean) value;
                } else if (option == ChannelOption.SO_LINGER) {
                    socket.setSoLinger((Integer) value);
                } else if (option == ChannelOption.SO_KEEPALIVE) {
                    socket.setKeepAlive((Boolean) value);
                } else if (option == ChannelOption.TCP_NODELAY) {
                    socket.setTcpNoDelay((Boolean) value);
                } else {
                    return super.setOption(option, value);
                }
                return true;
            } catch (IOException e) {
                throw new ChannelException(e);
            }
        }

        @Override
        protected void autoReadCleared() {
            if (isRegistered()) {
                noLongerWant(IN);
            } else {
                wanted &= ~IN;
            }
        }
    }
}
