package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;

/**
 * Two connections of which each gets what the other sends, byte for byte, until both ends have
 * ended, one broke, or nothing has moved for the tunnel's time. An end of input is passed on as
 * such: a half of the tunnel can be closed while the other goes on. One that breaks before its end
 * is passed on as a reset: what it sent is not all. Confined to its event loop.
 */
final class Tunnel implements LoopFrontend.Client {

    private final Worker worker;
    private final LoopFrontend frontend;
    private final Channel client;
    private final Channel server;
    private final LoopServer place;
    private final LoopBackend backend;
    private final Deadlines.Entry idle = new Idle();
    private long lastMovedNanos;
    private boolean ended;

    Tunnel(
            Worker worker,
            LoopFrontend frontend,
            Channel client,
            Channel server,
            LoopServer place,
            LoopBackend backend) {
        this.worker = worker;
        this.frontend = frontend;
        this.client = client;
        this.server = server;
        this.place = place;
        this.backend = backend;
    }

    private final class Idle extends Deadlines.Entry {
        @Override
        void due(long nowNanos) {
            if (nowNanos - lastMovedNanos >= frontend.plan().tunnelNanos()) {
                close();
            } else {
                arm();
            }
        }

        @Override
        void failed(Throwable cause) {
            worker.unexpected(cause);
            close();
        }
    }

    private void arm() {
        worker.deadlines.set(idle, lastMovedNanos + frontend.plan().tunnelNanos());
    }

    /**
     * Takes over both channels.
     *
     * @param clientHandler what handled the client's channel until now
     * @param fromClient bytes of the client that were read already; taken over
     * @param clientEnded whether the client's input has ended already
     * @param fromServer bytes of the server that were read already; taken over
     */
    void start(
            ChannelHandler clientHandler,
            ByteBuf fromClient,
            boolean clientEnded,
            ByteBuf fromServer) {
        frontend.add(this);
        worker.connections().clients.getAndIncrement();
        worker.connections().exchanges.getAndIncrement();
        lastMovedNanos = worker.coarseNanos();
        End clientEnd = new End(client, server, true);
        End serverEnd = new End(server, client, false);
        client.pipeline().replace(clientHandler, "tunnel", clientEnd);
        server.pipeline().removeLast();
        server.pipeline().addLast("tunnel", serverEnd);
        for (Channel channel : new Channel[] {client, server}) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.config().setAutoClose(true);
        }
        pass(server, fromClient); // Counted when it was read.
        frontend.octets.sent(fromServer.readableBytes());
        pass(client, fromServer);
        arm();
        client.config().setAutoRead(true);
        server.config().setAutoRead(true);
        if (clientEnded) {
            clientEnd.endInput();
        }
        if (!client.isActive() || !server.isActive()) {
            close();
        }
    }

    private void pass(Channel to, ByteBuf early) {
        if (early.isReadable()) {
            to.write(early, to.voidPromise());
            worker.dirty(to);
        } else {
            early.release();
        }
    }

    /** One end: what it reads is the other's to write. */
    private final class End extends ChannelInboundHandlerAdapter {

        private final Channel own;
        private final Channel other;
        private final boolean ofClient;
        private boolean inputEnded;

        End(Channel own, Channel other, boolean ofClient) {
            this.own = own;
            this.other = other;
            this.ofClient = ofClient;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            lastMovedNanos = worker.coarseNanos();
            if (ofClient) {
                frontend.octets.received(data.readableBytes());
            } else {
                frontend.octets.sent(data.readableBytes());
                worker.answered();
            }
            other.write(data, other.voidPromise());
            worker.dirty(other);
            if (!other.isWritable()) {
                own.config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            worker.readComplete();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (own.isWritable()) {
                lastMovedNanos = worker.coarseNanos();
                other.config().setAutoRead(true);
            } else {
                other.config().setAutoRead(false);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                endInput();
            }
        }

        /** Nothing more is read here: the other end is told, after what was read before. */
        void endInput() {
            if (!inputEnded) {
                inputEnded = true;
                other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> {
                            ((DuplexChannel) other).shutdownOutput();
                            if (((DuplexChannel) own).isOutputShutdown()) {
                                finishAndClose();
                            }
                        });
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            finishAndClose();
            worker.flushDirty(); // Who waited for the server may have it now.
        }

        /** Both close when what is left is written; until then the tunnel's time counts. */
        private void finishAndClose() {
            closeWhenWritten(other);
            closeWhenWritten(own);
            if (!client.isOpen() && !server.isOpen()) {
                Tunnel.this.end();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                worker.unexpected(cause);
                Tunnel.this.close();
            } else if (inputEnded) {
                own.close(); // All that it sent came: a reset could cost the other the rest of it.
            } else {
                other.flush();
                Tunnel.this.close();
            }
        }
    }

    private static void closeWhenWritten(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        worker.deadlines.clear(idle);
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
        worker.connections().exchanges.getAndDecrement();
        backend.release(place);
    }

    /** A tunnel goes on until its ends end it, or until it is cut. */
    @Override
    public void drain() {}

    @Override
    public void cut(RequestFailure why) {
        close();
    }

    @Override
    public long heldBytes() {
        return Unsent.bytes(client) + Unsent.bytes(server);
    }

    @Override
    public long movedNanos() {
        return lastMovedNanos;
    }

    private void close() {
        end();
        Reset.close(client);
        Reset.close(server);
    }
}
