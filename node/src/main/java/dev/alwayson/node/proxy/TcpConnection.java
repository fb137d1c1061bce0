package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Hash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client in tcp mode, until it has a server; then it becomes a {@link Tunnel}.
 * Nothing is read before, so every server that can be tried is (rule 1 of the retries). Confined to
 * its event loop.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter
        implements Claimant, LoopFrontend.Client {

    private final Worker worker;
    private final Channel channel;
    private final LoopFrontend frontend;
    private final InetAddress peer;
    private final long clientHash;
    private final long openedNanos;
    private final List<LoopServer> tried = new ArrayList<>(2);
    private @Nullable LoopBackend backend;
    private @Nullable LoopServer server;
    private @Nullable ChannelFuture connecting;
    private final Unread unread = new Unread();
    private boolean inputEnded;
    private boolean over;
    private int fallbacks;

    TcpConnection(Worker worker, Channel channel, LoopFrontend frontend) {
        this.worker = worker;
        this.channel = channel;
        this.frontend = frontend;
        this.peer = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        this.clientHash = Hash.of(peer.getAddress());
        this.openedNanos = worker.coarseNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        worker.connections().clients.getAndIncrement();
        frontend.add(this);
        frontend.plan()
                .frontend()
                .backend()
                .ifPresentOrElse(this::enter, () -> giveUp(RequestFailure.NO_SERVER));
        worker.flushDirty();
    }

    private void enter(String name) {
        LoopBackend entered = worker.backend(name);
        if (entered == null) {
            giveUp(RequestFailure.NO_SERVER);
            return;
        }
        backend = entered;
        choose(entered, RequestFailure.NO_SERVER);
    }

    private void choose(LoopBackend from, RequestFailure otherwise) {
        LoopServer chosen = from.choose(this);
        if (chosen != null) {
            granted(chosen);
        } else if (!from.remains(this)) {
            nobody(from, otherwise);
        } else {
            queue(from);
        }
    }

    private void queue(LoopBackend from) {
        long now = System.nanoTime();
        long due = now + from.plan().queueNanos();
        if (inputEnded) {
            giveUp(RequestFailure.CLIENT_CLOSED);
        } else if (!from.enqueue(new Waiting(this, now, due, !tried.isEmpty()))) {
            giveUp(RequestFailure.QUEUE_FULL);
        }
    }

    /** No server is left to try; the last try failed so, if there was one. */
    private void nobody(LoopBackend from, RequestFailure last) {
        if (from.plan().fallback().isPresent() && fallbacks++ < Tries.FALLBACKS) {
            tried.clear();
            enter(from.plan().fallback().get());
        } else {
            giveUp(last == RequestFailure.NO_SERVER ? from.whyNobody() : last);
        }
    }

    @Override
    public void granted(LoopServer chosen) {
        server = chosen;
        LoopBackend from = backend;
        ServerAddress at = chosen.address;
        InetSocketAddress address = at.resolved();
        if (from == null || address == null) {
            giveUp(RequestFailure.UNRESOLVED);
            return;
        }
        if (!tried.isEmpty()) {
            worker.recorder.retry(from, Failure.CONNECT_FAILED);
        }
        ChannelFuture future = worker.connect(address, from.plan().connectMillis(), new Opening());
        connecting = future;
        chosen.connecting.add(this);
        future.addListener(
                done -> worker.onLoop(this::failed, () -> connected(future, chosen, at, address)));
    }

    /** Until there is a tunnel, the server's channel reads nothing and may be half closed. */
    private final class Opening extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel toServer) {
            worker.count(toServer);
            toServer.config().setAutoRead(false);
            toServer.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            toServer.pipeline().addLast(new ChannelInboundHandlerAdapter());
        }
    }

    @SuppressWarnings("ReferenceEquality") // This try, or one that was given up.
    private void connected(
            ChannelFuture future, LoopServer chosen, ServerAddress at, InetSocketAddress address) {
        LoopBackend from = backend;
        if (over || from == null || future != connecting) {
            Worker.close(future.channel());
        } else if (future.isSuccess()) {
            over = true;
            frontend.remove(this);
            worker.connections().clients.getAndDecrement();
            server = null;
            chosen.connecting.remove(this);
            chosen.responses.tunnel();
            Tunnel tunnel = new Tunnel(worker, frontend, channel, future.channel(), chosen, from);
            tunnel.start(this, unread.takeAll(), inputEnded, Unpooled.EMPTY_BUFFER);
        } else {
            failed(chosen, ServerConnection.failed(chosen, at, address, future.cause()));
        }
        worker.flushDirty();
    }

    /** The checks found the server down that it is being connected to: it is tried elsewhere. */
    void serverWentDown() {
        LoopServer on = server;
        ChannelFuture pending = connecting;
        if (on != null && pending != null) {
            connecting = null;
            Reset.close(pending.channel());
            failed(on, RequestFailure.SERVER_DOWN);
        }
    }

    private void failed(LoopServer chosen, RequestFailure failure) {
        LoopBackend from = backend;
        tried.add(chosen);
        giveBack();
        if (from != null) {
            choose(from, failure);
        }
    }

    private void giveBack() {
        LoopServer on = server;
        LoopBackend from = backend;
        server = null;
        if (on != null) {
            on.connecting.remove(this);
        }
        if (on != null && from != null) {
            from.release(on);
        }
    }

    @Override
    public void refused(RequestFailure failure) {
        LoopBackend from = backend;
        if (from != null && failure == RequestFailure.NO_SERVER) {
            nobody(from, failure);
        } else {
            giveUp(failure);
        }
    }

    private void giveUp(RequestFailure why) {
        if (!over) {
            frontend.countUnserved(why, peer);
        }
        end();
        channel.close();
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        LoopBackend from = backend;
        if (server == null && from != null) {
            from.leaveQueue(this);
        }
        if (connecting != null) { // To a server that has accepted, an end would be an empty stream.
            Reset.close(connecting.channel());
        }
        giveBack();
        unread.release();
        frontend.remove(this);
        worker.connections().clients.getAndDecrement();
    }

    /** Reading is off, but for a client that has ended its input: then the rest is read at once. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        frontend.octets.received(data.readableBytes());
        if (over) {
            data.release();
        } else {
            unread.add(data);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (!over && server == null) {
                // Whoever ends its half while it waits has most likely gone.
                giveUp(RequestFailure.CLIENT_CLOSED);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        worker.flushDirty(); // Who waited for the server may have it now.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            channel.close();
        } else {
            failed(cause);
        }
    }

    @Override
    public void failed(Throwable cause) {
        worker.unexpected(cause);
        channel.close();
    }

    @Override
    public long clientHash() {
        return clientHash;
    }

    @Override
    public boolean tried(LoopServer candidate) {
        return tried.contains(candidate);
    }

    @Override
    public void drain() {}

    @Override
    public void cut(RequestFailure why) {
        giveUp(why);
    }

    @Override
    public long heldBytes() {
        return unread.heldBytes();
    }

    /** What is read before there is a server comes with the connection, or soon. */
    @Override
    public long movedNanos() {
        return openedNanos;
    }
}
