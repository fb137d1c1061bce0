package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ResponseHead;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server: reads responses and hands them to the exchange that waits for them;
 * rests among the idle ones between two exchanges. Confined to its event loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {

    /** How long a connection may be idle: less than what servers usually allow. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long the answer of a server that no longer reads is waited for. */
    private static final long BROKEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long CHUNKED = -1;
    private static final long UNTIL_CLOSE = -2;

    final LoopServer server;
    final int generation;
    private final Worker worker;
    private final Channel channel;
    private final Deadlines.Entry rest = new Rest();

    private @Nullable Exchange exchange;
    private @Nullable ByteBuf pending;
    private @Nullable ChunkReader chunks;
    private boolean inBody;
    private long bodyLeft;
    private boolean keepAlive;
    private boolean kept;
    private boolean answered;
    private boolean broken;
    private boolean reading;
    private boolean endDue;

    private ServerConnection(LoopServer server, Channel channel) {
        this.server = server;
        this.generation = server.generation;
        this.worker = server.worker;
        this.channel = channel;
    }

    /** The connection's time among the idle ones, or that of a broken one, is up. */
    private final class Rest extends Deadlines.Entry {
        @Override
        void due(long nowNanos) {
            close();
        }
    }

    /**
     * Connects to the server for the exchange, which is told by {@link Exchange#connected} or
     * {@link Exchange#connectFailed}. If the exchange ends meanwhile, the connection becomes an
     * idle one.
     */
    static ServerConnection open(
            LoopServer server, InetSocketAddress address, int connectMillis, Exchange exchange) {
        Worker worker = server.worker;
        Bootstrap bootstrap =
                worker.connector()
                        .clone()
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis);
        Opening opening = new Opening(server);
        ChannelFuture future = bootstrap.handler(opening).connect(address);
        ServerConnection connection = opening.connection(future.channel());
        connection.exchange = exchange;
        future.addListener(connected -> worker.onLoop(() -> connection.opened(future)));
        return connection;
    }

    /** Puts the connection's handler into the pipeline while the channel is registered. */
    private static final class Opening extends io.netty.channel.ChannelInitializer<Channel> {
        private final LoopServer server;
        private @Nullable ServerConnection connection;

        Opening(LoopServer server) {
            this.server = server;
        }

        @Override
        protected void initChannel(Channel channel) {
            Connections open = server.worker.connections();
            open.servers.getAndIncrement();
            channel.closeFuture().addListener(closed -> open.servers.getAndDecrement());
            channel.pipeline().addLast(connection(channel));
        }

        ServerConnection connection(Channel channel) {
            if (connection == null) {
                connection = new ServerConnection(server, channel);
            }
            return connection;
        }
    }

    private void opened(ChannelFuture future) {
        Exchange waiting = exchange;
        if (!future.isSuccess()) {
            exchange = null;
            if (waiting != null) {
                waiting.connectFailed(connectFailure(future.cause()));
            }
        } else if (waiting == null) {
            server.putIdle(this);
        } else {
            waiting.connected();
        }
        worker.flushDirty();
    }

    private static RequestFailure connectFailure(@Nullable Throwable cause) {
        return cause instanceof ConnectException
                        && !(cause instanceof io.netty.channel.ConnectTimeoutException)
                ? RequestFailure.CONNECT_REFUSED
                : RequestFailure.CONNECT_TIMEOUT;
    }

    /** Gives a connection that was idle to the exchange. */
    void reuse(Exchange next) {
        worker.deadlines.clear(rest);
        exchange = next;
        kept = true;
    }

    /** The exchange's request is about to be written. */
    void expectResponse() {
        inBody = false;
        answered = false;
    }

    boolean usable() {
        return channel.isActive() && !broken;
    }

    /** Whether the connection was idle before, and no byte has come back since. */
    boolean keptAndSilent() {
        return kept && !answered;
    }

    void rest() {
        kept = false;
        worker.deadlines.set(rest, System.nanoTime() + IDLE_NANOS);
    }

    /** Ends what the exchange has with this connection; the connection is of no further use. */
    void abandon() {
        exchange = null;
        endDue = false;
        close();
    }

    /** The exchange ended before the connection was there. */
    void orphan() {
        exchange = null;
    }

    void close() {
        worker.deadlines.clear(rest);
        channel.close();
    }

    Channel channel() {
        return channel;
    }

    void write(ByteBuf piece) {
        channel.write(piece, channel.voidPromise());
        worker.dirty(channel);
    }

    boolean writable() {
        return channel.isWritable();
    }

    void readOn(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (exchange == null) {
            // Bytes after a complete response reach nobody.
            data.release();
            server.forget(this);
            close();
            return;
        }
        if (endDue) {
            // Bytes after a complete response reach nobody.
            data.release();
            keepAlive = false;
            return;
        }
        reading = true;
        answered = true;
        pending = pending == null ? data : Buffers.append(channel.alloc(), pending, data);
        process();
    }

    private void process() {
        boolean more = true;
        while (more && !endDue && exchange != null && pending != null) {
            if (!pending.isReadable()) {
                releasePending();
                return;
            }
            more = inBody ? readBody(exchange, pending) : readHead(exchange, pending);
        }
    }

    private boolean readHead(Exchange current, ByteBuf in) {
        ResponseHead head = worker.responseHead;
        int length = head.parse(in, Limits.STANDARD, current.method());
        if (length == ResponseHead.INCOMPLETE) {
            return false;
        }
        if (length == ResponseHead.REFUSED) {
            current.serverFailed(RequestFailure.SERVER_PROTOCOL);
            return false;
        }
        in.skipBytes(length);
        if (head.status() == 101) {
            current.upgraded(head);
            return false;
        }
        if (head.interim()) {
            current.interim(head);
            return true;
        }
        keepAlive = head.keepAlive();
        bodyLeft =
                switch (head.body()) {
                    case NONE -> 0;
                    case LENGTH -> head.contentLength();
                    case CHUNKED -> CHUNKED;
                    case UNTIL_CLOSE -> UNTIL_CLOSE;
                };
        inBody = true;
        if (bodyLeft == CHUNKED) {
            startChunks();
        }
        if (!current.responseHead(head, bodyLeft)) {
            return false;
        }
        if (bodyLeft == 0) {
            end();
        }
        return true;
    }

    private void startChunks() {
        if (chunks == null) {
            chunks = new ChunkReader();
        }
        chunks.reset();
    }

    private boolean readBody(Exchange current, ByteBuf in) {
        if (bodyLeft == CHUNKED && chunks != null) {
            return readChunks(current, in, chunks);
        }
        int length =
                bodyLeft == UNTIL_CLOSE
                        ? in.readableBytes()
                        : (int) Math.min(bodyLeft, in.readableBytes());
        if (bodyLeft != UNTIL_CLOSE) {
            bodyLeft -= length;
        }
        current.responseBody(takePiece(in, length));
        if (bodyLeft == 0) {
            end();
        }
        return true;
    }

    private boolean readChunks(Exchange current, ByteBuf in, ChunkReader reader) {
        switch (reader.next(in)) {
            case ChunkReader.DATA -> current.responseBody(takePiece(in, reader.available()));
            case ChunkReader.MORE -> {
                return false;
            }
            case ChunkReader.END -> {
                bodyLeft = 0;
                current.responseTrailers(reader);
                end();
            }
            default -> {
                current.serverFailed(RequestFailure.SERVER_PROTOCOL_BODY);
                return false;
            }
        }
        return true;
    }

    /** These bytes as a buffer of their own; all that is pending goes without a slice. */
    private ByteBuf takePiece(ByteBuf in, int length) {
        if (length == in.readableBytes()) {
            pending = null;
            return in;
        }
        return in.readRetainedSlice(length);
    }

    /**
     * The response is complete. While a read loop goes on, its end is awaited: what the kernel
     * holds beyond the response must not meet the next exchange.
     */
    private void end() {
        if (reading) {
            endDue = true;
        } else {
            finish();
        }
    }

    private void finish() {
        endDue = false;
        Exchange ended = exchange;
        exchange = null;
        inBody = false;
        boolean extra = pending != null && pending.isReadable();
        releasePending();
        if (ended != null) {
            ended.responseEnd(keepAlive && !extra && !broken && channel.isActive());
        }
    }

    /** Hands over what was read beyond the head of a 101; the connection now is a tunnel's. */
    @Nullable ByteBuf detach() {
        worker.deadlines.clear(rest);
        ByteBuf rest = pending;
        pending = null;
        exchange = null;
        return rest;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        if (endDue) {
            finish();
        } else if (exchange != null) {
            exchange.pushHead();
        }
        worker.flushDirty();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.serverWritable(channel.isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.deadlines.clear(rest);
        server.forget(this);
        reading = false;
        if (endDue) {
            finish();
        }
        Exchange current = exchange;
        if (current != null && inBody && bodyLeft == UNTIL_CLOSE && !broken) {
            end();
        } else if (current != null) {
            current.serverFailed(
                    inBody ? RequestFailure.SERVER_BROKE_BODY : RequestFailure.SERVER_BROKE);
        }
        releasePending();
        worker.flushDirty();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A write failed: the server may have answered before it stopped reading. What it sent is
        // still read; the end of the connection tells the exchange.
        broken = true;
        if (!(cause instanceof IOException)) {
            worker.unexpected(cause);
            close();
        } else if (exchange != null) {
            exchange.serverStoppedReading();
            if (!inBody) {
                worker.deadlines.set(rest, System.nanoTime() + BROKEN_NANOS);
            }
        } else {
            close();
        }
    }

    private void releasePending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
