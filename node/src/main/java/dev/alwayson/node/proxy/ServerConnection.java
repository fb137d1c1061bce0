package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.node.proxy.http.HeadEnd;
import dev.alwayson.node.proxy.http.ResponseHead;
import dev.alwayson.node.shortage.Shortage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server: reads responses and hands them to the exchange that waits for them;
 * rests among the idle ones between two exchanges. Confined to its event loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {

    /** How long a connection may be idle at most. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How much earlier than the server it is closed: a request may be on its way for as long. */
    private static final long EARLIER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long the answer of a server that no longer reads is waited for. */
    private static final long BROKEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Responses (1xx) before the final one, so that a server cannot send them for ever. */
    private static final int MOST_INTERIMS = 100;

    final LoopServer server;

    // The links of LoopServer's list of idle connections.
    boolean idle;
    @Nullable ServerConnection newer;
    @Nullable ServerConnection older;

    private final Worker worker;
    private final Channel channel;
    private final ServerAddress at;
    private final InetSocketAddress address;
    private final Deadlines.Entry rest = new Rest();
    private final Unread unread = new Unread();
    private final BodyReader body = new BodyReader();

    private @Nullable Exchange exchange;
    private int headSeen;

    /** Of the response that is read. */
    private int interims;

    private boolean inBody;
    private boolean keepAlive;
    private long idleNanos;
    private boolean kept;
    private boolean answered;
    private boolean broken;

    /**
     * The response is complete, and ends with this round of reading: what the kernel holds beyond
     * it must not meet the next exchange.
     */
    private boolean endDue;

    private ServerConnection(LoopServer server, InetSocketAddress address, Channel channel) {
        this.server = server;
        this.at = server.address;
        this.address = address;
        this.worker = server.worker;
        this.channel = channel;
    }

    /** The connection's time among the idle ones, or that of a broken one, is up. */
    private final class Rest extends Deadlines.Entry {
        @Override
        void due(long nowNanos) {
            close();
        }

        @Override
        void failed(Throwable cause) {
            worker.unexpected(cause);
            channel.close();
        }
    }

    /**
     * Connects to the server, whose name has an address, for the exchange, which is given the
     * connection by {@link Exchange#connecting}, and then told by {@link Exchange#connected} or
     * {@link Exchange#connectFailed}, at once perhaps, unless it abandons this before.
     */
    static void open(LoopServer server, int connectMillis, Exchange exchange) {
        Opening opening = new Opening(server, Objects.requireNonNull(server.address.resolved()));
        ChannelFuture future = server.worker.connect(opening.address, connectMillis, opening);
        ServerConnection connection = opening.connection(future.channel());
        connection.exchange = exchange;
        exchange.connecting(connection);
        future.addListener(connected ->
                server.worker.onLoop(exchange::failed, () -> connection.opened(future)));
    }

    /** Puts the connection's handler into the pipeline while the channel is registered. */
    private static final class Opening extends ChannelInitializer<Channel> {
        private final LoopServer server;
        private final InetSocketAddress address;
        private @Nullable ServerConnection connection;

        Opening(LoopServer server, InetSocketAddress address) {
            this.server = server;
            this.address = address;
        }

        @Override
        protected void initChannel(Channel channel) {
            server.worker.count(channel);
            channel.pipeline().addLast(connection(channel));
        }

        ServerConnection connection(Channel channel) {
            if (connection == null) {
                connection = new ServerConnection(server, address, channel);
            }
            return connection;
        }
    }

    private void opened(ChannelFuture future) {
        Exchange waiting = exchange;
        if (waiting == null) {
            close(); // It was abandoned before.
        } else if (future.isSuccess()) {
            waiting.connected();
        } else {
            exchange = null;
            waiting.connectFailed(failed(server, at, address, future.cause()));
        }
        worker.flushDirty();
    }

    /**
     * Does its part of the exchange, if it has one. What that throws ends the exchange with its
     * client: it may have no connection any more that would end it, nor a deadline.
     */
    private void serve(BiConsumer<ServerConnection, Exchange> part) {
        Exchange served = exchange;
        if (served == null) {
            return;
        }
        try {
            part.accept(this, served);
        } catch (Throwable e) { // An Error, too, for want of memory perhaps.
            if (exchange == null || exchange == served) { // Else it is another's by now.
                abandon();
            }
            served.failed(e);
        }
    }

    /**
     * Says why no connection was made, and counts it if it is the server's doing: what fails on
     * this side, for a shortage perhaps, is not.
     */
    static RequestFailure failed(
            LoopServer server, ServerAddress at, InetSocketAddress address, Throwable cause) {
        Optional<Shortage> lacking = Shortage.behind(cause, address);
        if (lacking.isPresent()) {
            server.worker.lacks(lacking.get(), address);
            return RequestFailure.NODE_SHORTAGE;
        }
        if (!(cause instanceof ConnectException || cause instanceof NoRouteToHostException)) {
            server.worker.unexpected(cause);
            return RequestFailure.NODE_FAULT_CONNECT;
        }
        server.failed(at, false);
        String words = String.valueOf(cause.getMessage()); // The system's, where it has no type.
        if (cause instanceof ConnectTimeoutException || words.contains("timed out")) {
            return RequestFailure.CONNECT_TIMEOUT;
        }
        return cause instanceof NoRouteToHostException || words.contains(" is down")
                ? RequestFailure.CONNECT_UNREACHABLE
                : RequestFailure.CONNECT_REFUSED;
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
        headSeen = 0;
        interims = 0;
        answered = false;
    }

    /** Whether it lives, and leads to where the server's name leads now. */
    boolean usable() {
        return channel.isActive()
                && !broken
                && Unsent.bytes(channel) == 0 // An early answer leaves some behind.
                && address.equals(server.address.resolved());
    }

    /** Whether the connection was idle before, and no byte has come back since. */
    boolean keptAndSilent() {
        return kept && !answered;
    }

    void rest() {
        kept = false;
        body.rest();
        worker.deadlines.set(rest, worker.coarseNanos() + idleNanos);
    }

    /** Ends what the exchange has with this connection; the connection is of no further use. */
    void abandon() {
        exchange = null;
        endDue = false;
        close();
    }

    void close() {
        worker.deadlines.clear(rest);
        Worker.close(channel);
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
        answered = true;
        worker.answered();
        unread.add(data);
        serve(ServerConnection::process);
    }

    private void process(Exchange current) {
        boolean more = true;
        while (more && !endDue && exchange != null) {
            more = inBody ? readBody(current) : readHead(current);
        }
    }

    private boolean readHead(Exchange current) {
        ByteBuf in = unread.bytes();
        if (!in.isReadable() || (headSeen > 0 && !HeadEnd.due(in, headSeen))) {
            headSeen = in.readableBytes();
            return false;
        }
        ResponseHead head = worker.responseHead;
        int length = head.parse(in, Limits.STANDARD, current.method());
        if (length == ResponseHead.INCOMPLETE) {
            headSeen = in.readableBytes();
            return false;
        }
        headSeen = 0;
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
            if (++interims > MOST_INTERIMS) {
                current.serverFailed(RequestFailure.SERVER_PROTOCOL);
                return false;
            }
            current.interim(head);
            return true;
        }
        long serverNanos = TimeUnit.SECONDS.toNanos(head.keptSeconds());
        idleNanos = Math.min(IDLE_NANOS, serverNanos - EARLIER_NANOS);
        keepAlive = head.keepAlive() && idleNanos > 0;
        switch (head.body()) {
            case NONE -> body.startLength(0);
            case LENGTH -> body.startLength(head.contentLength());
            case CHUNKED -> body.startChunked(head.namedByConnection());
            case UNTIL_CLOSE -> body.startUntilClose();
        }
        inBody = true;
        worker.deadlines.clear(rest); // That of a broken one was for the head.
        return current.responseHead(head, body.length());
    }

    private boolean readBody(Exchange current) {
        switch (body.next(unread.bytes())) {
            case DATA -> current.responseBody(unread.piece(body.available()));
            case MORE -> {
                return false;
            }
            case END -> endDue = true;
            case MALFORMED -> {
                current.serverFailed(RequestFailure.SERVER_PROTOCOL_BODY);
                return false;
            }
        }
        return true;
    }

    private void finish(Exchange ended) {
        endDue = false;
        exchange = null;
        inBody = false;
        boolean extra = !unread.isEmpty();
        unread.release();
        ended.responseEnd(body.trailers(), keepAlive && !extra && !broken && channel.isActive());
    }

    /** Hands over what was read beyond the head of a 101; the connection now is a tunnel's. */
    ByteBuf detach() {
        worker.deadlines.clear(rest);
        exchange = null;
        return unread.takeAll();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        serve(ServerConnection::read);
        worker.readComplete();
    }

    private void read(Exchange current) {
        if (endDue) {
            finish(current);
        } else {
            current.responseRead();
        }
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
        serve(ServerConnection::closed);
        unread.release();
        worker.flushDirty();
    }

    private void closed(Exchange current) {
        if (endDue || (inBody && body.untilClose() && !broken)) {
            finish(current);
        } else {
            current.serverFailed(
                    inBody ? RequestFailure.SERVER_BROKE_BODY : RequestFailure.SERVER_BROKE);
        }
    }

    /** There is no memory to read what it sent, perhaps: that is not its doing. */
    private void faulted(Exchange current) {
        current.serverFailed(inBody ? RequestFailure.NODE_FAULT_BODY : RequestFailure.NODE_FAULT);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A write failed: the server may have answered before it stopped reading. What it sent is
        // still read; the end of the connection tells the exchange.
        broken = true;
        if (!(cause instanceof IOException)) {
            worker.unexpected(cause);
            serve(ServerConnection::faulted);
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
}
