package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.setting.Network;
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
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ByteProcessor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
    private static final long LAST_LOOK_NANOS =
            TimeUnit.MILLISECONDS.toNanos(2 * Deadlines.TICK_MILLIS);

    // The links of IdleClients' list.
    boolean idle;
    @Nullable ClientConnection olderIdle;
    @Nullable ClientConnection newerIdle;

    final Worker worker;
    private final Channel channel;
    private final LoopFrontend frontend;
    private final Forwarding forwarding;
    private final long clientHash;
    private final long clientNetwork;
    private final InetAddress peer;
    private final int port;
    private final Exchange exchange;
    private final Deadlines.Entry deadline = new Due();
    private final Unread unread = new Unread();
    private final BodyReader body = new BodyReader();

    /** What {@link #exempt} was found by. */
    private ClientLimits limits = ClientLimits.STANDARD;

    private boolean exempt;
    private Phase phase = Phase.HEAD;
    private long firstByteNanos;
    private long movedNanos;
    private int headSeen;
    private boolean inputEnded;
    private boolean ending;
    private boolean processing;
    private boolean lastLook;

    /** Why it ends, if it just ends. */
    private RequestFailure end = RequestFailure.CLIENT_CLOSED;

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
                        Network.anyContains(frontend.plan().frontend().trustedProxies(), peer),
                        worker.text(local));
        this.clientHash = Hash.of(peer.getAddress());
        this.clientNetwork = ClientNetwork.hash(peer);
        this.exchange = new Exchange(this);
    }

    private final class Due extends Deadlines.Entry {
        @Override
        void due(long nowNanos) {
            deadlineDue(nowNanos);
        }

        @Override
        void failed(Throwable cause) {
            ClientConnection.this.failed(cause);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        worker.connections().clients.getAndIncrement();
        frontend.add(this);
        worker.idleClients.add(this);
        firstByteNanos = System.nanoTime();
        movedNanos = firstByteNanos;
        deadline(
                firstByteNanos
                        + (frontend.gone() ? DRAIN_NANOS : frontend.plan().requestHeadNanos()));
        context.fireChannelActive();
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        frontend.octets.received(data.readableBytes());
        movedNanos = worker.coarseNanos();
        switch (phase) {
            case LINGERING, CLOSED -> data.release();
            case HEAD, BODY, ANSWERING -> {
                if (phase == Phase.HEAD && unread.isEmpty()) {
                    firstByte();
                }
                unread.add(data);
                process();
            }
        }
    }

    private void firstByte() {
        worker.idleClients.remove(this);
        firstByteNanos = System.nanoTime();
        headSeen = 0;
        lastLook = false;
    }

    private void process() {
        if (processing) {
            return; // An exchange that ended at once; the loop below goes on.
        }
        processing = true;
        boolean more = true;
        while (more) {
            more =
                    switch (phase) {
                        case HEAD -> channel.isWritable() ? readHead() : awaitRoom();
                        case BODY -> readBody();
                        case ANSWERING -> holdBack();
                        case LINGERING, CLOSED -> {
                            unread.release();
                            yield false;
                        }
                    };
        }
        processing = false;
        if (inputEnded) {
            cutShort();
        }
    }

    /** The input has ended: what is not complete never will be. */
    private void cutShort() {
        if (phase == Phase.BODY || exchange.queued()) {
            // Whoever ends its half while it waits for a server has most likely gone.
            unread.release();
            exchange.abort(RequestFailure.CLIENT_CLOSED);
        } else if (phase == Phase.HEAD && channel.isWritable()) {
            recordHalfHead(RequestFailure.CLIENT_CLOSED);
            unread.release();
            close();
        } else if (phase == Phase.LINGERING && ((DuplexChannel) channel).isOutputShutdown()) {
            channel.close(); // It has heard all, and has no more to say.
        }
    }

    /** An empty line alone, as some send after a body, is no request. */
    private void recordHalfHead(RequestFailure why) {
        ByteBuf half = unread.bytes();
        if (phase == Phase.HEAD
                && headSeen > 0
                && half.forEachByte(ByteProcessor.FIND_NON_CRLF) >= 0) {
            worker.recorder.halfHead(this, 0, why, half, 0);
        }
    }

    /** Another request may have come already. */
    private void readNext() {
        if (!unread.isEmpty()) {
            firstByte();
            deadline(firstByteNanos + frontend.plan().requestHeadNanos());
            process();
        }
    }

    /** The client does not take its responses: its next request waits until it does. */
    private boolean awaitRoom() {
        readOn(false);
        deadline(System.nanoTime() + frontend.plan().idleNanos());
        return false;
    }

    private boolean readHead() {
        ByteBuf in = unread.bytes();
        if (!in.isReadable()) {
            unread.release();
            return false;
        }
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
            refuse(head, in.readableBytes());
            return false;
        }
        in.skipBytes(length);
        headSeen = 0;
        phase = head.hasBody() ? Phase.BODY : Phase.ANSWERING;
        if (head.chunked()) {
            body.startChunked(head.namedByConnection());
        } else {
            body.startLength(head.contentLength());
        }
        exchange.begin(head, length, plan, System.nanoTime());
        return true;
    }

    private boolean readBody() {
        switch (body.next(unread.bytes())) {
            case DATA -> {
                if (body.received() > frontend.plan().frontend().maxBody().bytes()) {
                    exchange.bodyRefused(RequestFailure.BODY_TOO_LARGE);
                } else {
                    exchange.requestBody(unread.piece(body.available()));
                }
            }
            case MORE -> {
                return false;
            }
            case END -> {
                phase = Phase.ANSWERING;
                exchange.requestEnd(body.trailers());
            }
            case MALFORMED -> exchange.bodyRefused(RequestFailure.BODY_MALFORMED);
        }
        return true;
    }

    /**
     * Reads away what has come of the body of a request that nobody gets.
     *
     * @return whether that was all of it
     */
    boolean discardBody() {
        while (true) {
            switch (body.next(unread.bytes())) {
                case DATA -> {
                    exchange.timing().bytesRead += body.available();
                    unread.bytes().skipBytes(body.available());
                }
                case END -> {
                    phase = Phase.ANSWERING;
                    return true;
                }
                case MORE, MALFORMED -> {
                    return false;
                }
            }
        }
    }

    /** The next request has begun to come: it waits, and soon its client too. */
    private boolean holdBack() {
        if (pipelinedTooMuch()) {
            readOn(false);
        }
        return false;
    }

    private boolean pipelinedTooMuch() {
        return phase == Phase.ANSWERING && unread.bytes().readableBytes() > PIPELINED_BYTES;
    }

    private void refuse(RequestHead head, int bytesRead) {
        Refusal refusal = head.refusal();
        byte[] answer = Reply.refusal(refusal);
        write(Unpooled.wrappedBuffer(answer));
        byte[] reason = refusal.word().getBytes(StandardCharsets.US_ASCII);
        worker.recorder.refusal(
                this, refusal.status(), Ending.PROXY, reason, bytesRead, answer.length, head);
        close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        worker.readComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            cutShort();
            worker.flushDirty();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        movedNanos = worker.coarseNanos();
        exchange.clientWritable(channel.isWritable());
        if (channel.isWritable() && phase == Phase.HEAD && !exchange.running()) {
            readOn(true);
            readNext();
            if (inputEnded) {
                cutShort();
            }
            worker.flushDirty();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed(end);
        worker.flushDirty();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            channel.close();
        } else {
            failed(cause);
        }
    }

    /** What no rule foresees, an Error for want of memory perhaps, ends the connection. */
    void failed(Throwable cause) {
        worker.unexpected(cause);
        end = RequestFailure.NODE_FAULT_BODY;
        closeNow();
    }

    private void closed(RequestFailure why) {
        if (phase == Phase.CLOSED) {
            return;
        }
        recordHalfHead(why);
        phase = Phase.CLOSED;
        ending = true;
        exchange.abort(why);
        phase = Phase.CLOSED;
        worker.deadlines.clear(deadline);
        worker.idleClients.remove(this);
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
        unread.release();
    }

    // ---- what the exchange asks ----

    void write(ByteBuf piece) {
        exchange.timing().bytesSent += piece.readableBytes();
        frontend.octets.sent(piece.readableBytes());
        channel.write(piece, channel.voidPromise());
        worker.dirty(channel);
    }

    boolean writable() {
        return channel.isWritable();
    }

    /** Reads on, unless too much waits behind the request that runs; or rests. */
    void readOn(boolean wanted) {
        boolean on = wanted && !pipelinedTooMuch();
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
        return ending || (inputEnded && unread.isEmpty()) || frontend.gone() || worker.stopping();
    }

    /** The response ends in the middle: the connection is reset, so that the client can tell. */
    void breakOff() {
        ending = true;
        phase = Phase.LINGERING;
        channel.flush();
        Reset.close(channel);
    }

    /** The exchange is over, and whatever it wrote was written. */
    void exchangeEnded(boolean keepAlive, boolean requestComplete) {
        if (phase == Phase.CLOSED || phase == Phase.LINGERING) {
            return;
        }
        boolean silent = inputEnded && unread.isEmpty();
        if (keepAlive && requestComplete && !silent) {
            phase = Phase.HEAD;
            body.rest();
            worker.idleClients.add(this);
            // Who was promised the connection may have sent another request already.
            long rest = ending() ? DRAIN_NANOS : frontend.plan().idleNanos();
            deadline(worker.coarseNanos() + rest);
            readNext();
            // Not before: of a client far ahead all that was read would be held back again.
            switch (phase) {
                case HEAD -> readOn(channel.isWritable());
                case BODY, ANSWERING -> readOn(exchange.wantsMore());
                case LINGERING, CLOSED -> {}
            }
        } else {
            close();
        }
    }

    /** Closes when everything is written; then takes what the client still sends, for a while. */
    private void close() {
        boolean clean = phase != Phase.BODY && unread.isEmpty();
        worker.idleClients.remove(this);
        phase = Phase.LINGERING;
        ending = true;
        readOn(true);
        deadline(System.nanoTime() + LINGER_NANOS + frontend.plan().idleNanos());
        if (Unsent.bytes(channel) > 0) {
            LastSegment.hold(channel);
        }
        channel.flush();
        ChannelOutboundBuffer rest = channel.unsafe().outboundBuffer();
        if (rest == null || rest.isEmpty()) {
            said(clean);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(written -> said(clean || !written.isSuccess()));
        }
    }

    /** Everything is written. */
    private void said(boolean clean) {
        if (inputEnded || !channel.isActive()) {
            channel.close();
        } else if (clean) {
            LastSegment.close(channel);
        } else {
            deadline(System.nanoTime() + LINGER_NANOS);
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    /** From now on the bytes go as they are, both ways. */
    void becomeTunnel(
            Channel serverChannel, ByteBuf early, LoopServer server, LoopBackend backend) {
        worker.deadlines.clear(deadline);
        ByteBuf rest = unread.takeAll();
        phase = Phase.CLOSED;
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
        Tunnel tunnel = new Tunnel(worker, frontend, channel, serverChannel, server, backend);
        tunnel.start(this, rest, inputEnded, early);
    }

    private void deadlineDue(long nowNanos) {
        if (exchange.running()) {
            exchange.due(nowNanos);
        } else if (phase == Phase.HEAD && !unread.isEmpty() && channel.isWritable()) {
            RequestFailure late = RequestFailure.CLIENT_TIMEOUT;
            byte[] answer = Reply.failure(late);
            write(Unpooled.wrappedBuffer(answer));
            worker.recorder.halfHead(this, late.status, late, unread.bytes(), answer.length);
            close();
        } else if (phase == Phase.HEAD && !lastLook) {
            // The loop may be late itself, and not have read yet what has come in time.
            lastLook = true;
            deadline(nowNanos + LAST_LOOK_NANOS);
        } else if (phase == Phase.HEAD) {
            close();
        } else {
            closeNow();
        }
        worker.flushDirty();
    }

    /** A client that does not get all is reset: a close would look like an answer's end to it. */
    private void closeNow() {
        if (exchange.responding() || Unsent.bytes(channel) > 0) {
            Reset.close(channel);
        }
        channel.close();
    }

    // ---- what the frontend and the worker ask ----

    @Override
    public void drain() {
        ending = true;
        if (phase != Phase.HEAD || !unread.isEmpty()) {
            return;
        }
        // A request may be on its way.
        deadline(System.nanoTime() + DRAIN_NANOS);
    }

    boolean open() {
        return channel.isActive();
    }

    /** Idle, it closes for others' sake; not if it has an answer to take still. */
    boolean giveWay() {
        if (!open() || Unsent.bytes(channel) > 0) {
            return false;
        }
        frontend.countGaveWay();
        close();
        return true;
    }

    @Override
    public void cut(RequestFailure why) {
        closeNow();
        closed(why);
    }

    @Override
    public long heldBytes() {
        return unread.heldBytes() + exchange.heldBytes() + Unsent.bytes(channel);
    }

    @Override
    public long movedNanos() {
        return movedNanos;
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

    /** Who it is to the limits: a {@link ClientNetwork}. */
    long clientNetwork() {
        return clientNetwork;
    }

    /** Whether these limits are not for whoever connected; looks once for as long as they stay. */
    @SuppressWarnings("ReferenceEquality") // Equal ones give the same.
    boolean exempt(ClientLimits from) {
        if (from != limits) {
            limits = from;
            exempt = from.exempts(peer);
        }
        return exempt;
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
