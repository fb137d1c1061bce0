package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.setting.Network;
import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.Forwarding;
import dev.alwayson.node.proxy.http.HeadEnd;
import dev.alwayson.node.proxy.http.Refusal;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.log.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of an HTTP client: reads requests, one after the other, hands each to the exchange,
 * and writes what the exchange answers. Confined to its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements LoopFrontend.Client {

    private enum Phase {
        /** Reads a request's head, or waits for one. */
        HEAD,
        BODY,
        /** The request is complete; its response is not. What comes now belongs to the next one. */
        ANSWERING,
        /** Everything was answered; what the client still sends is thrown away, for a while. */
        LINGERING,
        CLOSED
    }

    /** What may wait, unread, behind a request that runs. */
    private static final int PIPELINED_BYTES = 64 * 1024;

    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINGER_BYTES = 1 << 20;
    private static final long CHUNKED = -1;

    final Worker worker;
    private final Channel channel;
    private final LoopFrontend frontend;
    private final Forwarding forwarding;
    private final long clientHash;
    private final InetAddress peer;
    private final int port;
    private final Exchange exchange;
    private final Deadlines.Entry deadline = new Due();

    private Phase phase = Phase.HEAD;
    private @Nullable ByteBuf pending;
    private @Nullable ChunkReader chunks;
    private long firstByteNanos;
    private int headSeen;
    private long bodyLeft;
    private long bodyBytes;
    private long lingered;
    private boolean inputEnded;
    private boolean ending;
    private boolean processing;

    ClientConnection(Worker worker, Channel channel, LoopFrontend frontend) {
        this.worker = worker;
        this.channel = channel;
        this.frontend = frontend;
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        this.peer = remote.getAddress();
        this.port = remote.getPort();
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        this.forwarding =
                Forwarding.of(
                        peer,
                        false,
                        trusted(frontend.plan().frontend().trustedProxies(), peer),
                        Addresses.text(local));
        this.clientHash = Hash.of(peer.getAddress());
        this.exchange = new Exchange(this);
    }

    private static boolean trusted(List<Network> networks, InetAddress peer) {
        return networks.stream().anyMatch(network -> network.contains(peer));
    }

    private final class Due extends Deadlines.Entry {
        @Override
        void due(long nowNanos) {
            deadlineDue(nowNanos);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        worker.connections().clients.getAndIncrement();
        frontend.add(this);
        firstByteNanos = System.nanoTime();
        deadline(firstByteNanos + frontend.plan().requestHeadNanos());
        context.fireChannelActive();
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        switch (phase) {
            case LINGERING -> linger(data);
            case CLOSED -> data.release();
            case HEAD, BODY, ANSWERING -> {
                if (phase == Phase.HEAD && pending == null && !exchange.running()) {
                    firstByte();
                }
                pending = pending == null ? data : Buffers.append(channel.alloc(), pending, data);
                process();
            }
        }
    }

    private void firstByte() {
        firstByteNanos = System.nanoTime();
        headSeen = 0;
    }

    private void linger(ByteBuf data) {
        lingered += data.readableBytes();
        data.release();
        if (lingered > LINGER_BYTES) {
            channel.close();
        }
    }

    private void process() {
        if (processing) {
            return; // An exchange that ended at once; the loop below goes on.
        }
        processing = true;
        boolean more = true;
        while (more && pending != null) {
            if (!pending.isReadable()) {
                releasePending();
                break;
            }
            more =
                    switch (phase) {
                        case HEAD -> channel.isWritable() ? readHead(pending) : awaitRoom();
                        case BODY -> readBody(pending);
                        case ANSWERING -> holdBack(pending);
                        case LINGERING, CLOSED -> {
                            releasePending();
                            yield false;
                        }
                    };
        }
        processing = false;
    }

    /** The client does not take its responses: its next request waits until it does. */
    private boolean awaitRoom() {
        readOn(false);
        deadline(System.nanoTime() + frontend.plan().idleNanos());
        return false;
    }

    private boolean readHead(ByteBuf in) {
        if (headSeen > 0 && !HeadEnd.due(in, headSeen)) {
            headSeen = in.readableBytes();
            return false;
        }
        FrontendPlan plan = frontend.plan();
        RequestHead head = worker.requestHead;
        int length = head.parse(in, plan.frontend().limits(), plan.frontend().underscoreNames());
        if (length == RequestHead.INCOMPLETE) {
            if (headSeen == 0) {
                deadline(firstByteNanos + plan.requestHeadNanos());
            }
            headSeen = in.readableBytes();
            return false;
        }
        if (length == RequestHead.REFUSED) {
            refuse(head);
            return false;
        }
        in.skipBytes(length);
        headSeen = 0;
        phase = head.hasBody() ? Phase.BODY : Phase.ANSWERING;
        bodyLeft = head.chunked() ? CHUNKED : head.contentLength();
        bodyBytes = 0;
        if (head.chunked()) {
            if (chunks == null) {
                chunks = new ChunkReader();
            }
            chunks.reset();
        }
        exchange.begin(head, length, plan, System.nanoTime());
        return true;
    }

    private boolean readBody(ByteBuf in) {
        if (bodyLeft == CHUNKED && chunks != null) {
            return readChunks(in, chunks);
        }
        int length = (int) Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= length;
        exchange.requestBody(takePiece(in, length));
        if (bodyLeft == 0 && phase == Phase.BODY) {
            phase = Phase.ANSWERING;
            exchange.requestEnd(null);
        }
        return true;
    }

    private boolean readChunks(ByteBuf in, ChunkReader reader) {
        switch (reader.next(in)) {
            case ChunkReader.DATA -> {
                int length = reader.available();
                bodyBytes += length;
                if (bodyBytes > frontend.plan().frontend().maxBody().bytes()) {
                    exchange.fail(RequestFailure.BODY_TOO_LARGE);
                    return true;
                }
                exchange.requestBody(takePiece(in, length));
            }
            case ChunkReader.MORE -> {
                return false;
            }
            case ChunkReader.END -> {
                phase = Phase.ANSWERING;
                exchange.requestEnd(reader);
            }
            default -> exchange.fail(RequestFailure.BODY_MALFORMED);
        }
        return true;
    }

    /** The next request has begun to come: it waits, and soon its client too. */
    private boolean holdBack(ByteBuf in) {
        if (in.readableBytes() > PIPELINED_BYTES) {
            readOn(false);
        }
        return false;
    }

    private ByteBuf takePiece(ByteBuf in, int length) {
        if (length == in.readableBytes()) {
            pending = null;
            return in;
        }
        return in.readRetainedSlice(length);
    }

    private void refuse(RequestHead head) {
        Refusal refusal = head.refusal();
        write(Unpooled.wrappedBuffer(Reply.refusal(refusal)));
        worker.recorder.refusal(this, refusal.status(), Ending.PROXY, refusal.word(), head);
        close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        worker.flushDirty();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            ending = true;
            if (phase == Phase.BODY) {
                exchange.abort(RequestFailure.CLIENT_CLOSED);
            }
            if (!exchange.running()) {
                channel.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        exchange.clientWritable(channel.isWritable());
        if (channel.isWritable() && phase == Phase.HEAD && !exchange.running()) {
            readOn(true);
            if (pending != null && pending.isReadable()) {
                firstByte();
                deadline(firstByteNanos + frontend.plan().requestHeadNanos());
                process();
                worker.flushDirty();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed(RequestFailure.CLIENT_CLOSED);
        worker.flushDirty();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            worker.unexpected(cause);
        }
        channel.close();
    }

    private void closed(RequestFailure why) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        ending = true;
        exchange.abort(why);
        phase = Phase.CLOSED;
        worker.deadlines.clear(deadline);
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
        releasePending();
    }

    private void releasePending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    // ---- what the exchange asks ----

    void write(ByteBuf piece) {
        exchange.timing().bytesSent += piece.readableBytes();
        channel.write(piece, channel.voidPromise());
        worker.dirty(channel);
    }

    boolean writable() {
        return channel.isWritable();
    }

    void readOn(boolean on) {
        if (channel.config().isAutoRead() != on && !inputEnded) {
            channel.config().setAutoRead(on);
        }
    }

    boolean readingOn() {
        return channel.config().isAutoRead();
    }

    void deadline(long atNanos) {
        worker.deadlines.set(deadline, atNanos);
    }

    /** Whether no request is to follow the one that runs. */
    boolean ending() {
        return ending || frontend.gone() || worker.stopping();
    }

    /** The response ends in the middle: the connection is reset, so that the client can tell. */
    void breakOff() {
        channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
        ending = true;
        phase = Phase.LINGERING;
        channel.flush();
        channel.close();
    }

    /** The exchange is over, and whatever it wrote was written. */
    void exchangeEnded(boolean keepAlive, boolean requestComplete) {
        if (phase == Phase.CLOSED || phase == Phase.LINGERING) {
            return;
        }
        if (keepAlive && requestComplete && !ending()) {
            phase = Phase.HEAD;
            readOn(channel.isWritable());
            if (pending != null && pending.isReadable()) {
                firstByte();
                deadline(firstByteNanos + frontend.plan().requestHeadNanos());
                process();
            } else {
                deadline(System.nanoTime() + frontend.plan().idleNanos());
            }
        } else {
            close();
        }
    }

    /** Closes when everything is written; then takes what the client still sends, for a while. */
    private void close() {
        boolean clean = phase == Phase.ANSWERING && pending == null;
        phase = Phase.LINGERING;
        ending = true;
        readOn(true);
        deadline(System.nanoTime() + LINGER_NANOS + frontend.plan().idleNanos());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    if (clean || inputEnded || !written.isSuccess()) {
                        channel.close();
                    } else {
                        deadline(System.nanoTime() + LINGER_NANOS);
                        ((DuplexChannel) channel).shutdownOutput();
                    }
                });
    }

    /** From now on the bytes go as they are, both ways. */
    void becomeTunnel(
            Channel serverChannel,
            @Nullable ByteBuf early,
            LoopServer server,
            LoopBackend backend) {
        worker.deadlines.clear(deadline);
        ByteBuf rest = pending;
        pending = null;
        phase = Phase.CLOSED;
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
        Tunnel tunnel = new Tunnel(worker, frontend, channel, serverChannel, server, backend);
        tunnel.start(this, rest, inputEnded, early);
    }

    private void deadlineDue(long nowNanos) {
        if (exchange.running()) {
            exchange.due(nowNanos);
        } else if (phase == Phase.HEAD && pending != null && channel.isWritable()) {
            write(Unpooled.wrappedBuffer(Reply.failure(RequestFailure.CLIENT_TIMEOUT)));
            worker.recorder.refusal(this, 408, Ending.CLIENT_TIMEOUT, "client-timeout", null);
            close();
        } else {
            channel.close();
        }
        worker.flushDirty();
    }

    // ---- what the frontend asks ----

    @Override
    public void drain() {
        ending = true;
        if (exchange.running() || pending != null) {
            return;
        }
        // A request may be on its way.
        deadline(System.nanoTime() + DRAIN_NANOS);
    }

    @Override
    public void cut() {
        closed(RequestFailure.STOPPING);
        channel.close();
    }

    // ---- what others read ----

    LoopFrontend frontend() {
        return frontend;
    }

    Forwarding forwarding() {
        return forwarding;
    }

    long clientHash() {
        return clientHash;
    }

    InetAddress peer() {
        return peer;
    }

    int port() {
        return port;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }
}
