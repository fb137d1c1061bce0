package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ChunkWriter;
import dev.alwayson.node.proxy.http.Forwarding;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.http.RequestId;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as servers get it: its new head, and its body in new framing. It is held as long as it
 * may have to be sent again. One for each client connection, used anew for each request; confined
 * to its event loop.
 */
final class OutgoingRequest {

    /** What most heads fit into; a larger one makes its buffer grow. */
    private static final int HEAD_BYTES = 1024;

    /** What is held of a body while there is no server; then the client must wait. */
    private static final int UNSENT_BYTES = 64 * 1024;

    /** Pieces up to this size are gathered in buffers, so that each costs no buffer of its own. */
    private static final int SMALL_BYTES = 512;

    private static final int GATHER_BYTES = 4096;

    private final Worker worker;
    private final List<ByteBuf> held = new ArrayList<>(4);
    private @Nullable ByteBuf head;
    private @Nullable ServerConnection receiver;
    private boolean chunked;
    private boolean holding;
    private long heldBytes;
    private long heldLimit;

    OutgoingRequest(Worker worker) {
        this.worker = worker;
    }

    void begin(RequestHead from, Forwarding forwarding, boolean upgrade, RequestId id) {
        ByteBuf out = worker.buffer(HEAD_BYTES);
        head = out;
        from.write(out, forwarding, upgrade, id);
        chunked = from.chunked();
        holding = true;
        heldBytes = 0;
        heldLimit = 0;
    }

    /** How much of a body is held once a server has it, in octets. */
    void holdUpTo(long octets) {
        heldLimit = octets;
    }

    /** Sends what there is, and from now on what comes. */
    void sendTo(ServerConnection server, boolean again) {
        ByteBuf first = head;
        if (first == null) {
            throw new IllegalStateException("no request has begun");
        }
        receiver = server;
        server.write(first.retain().readerIndex(0));
        for (int i = 0; i < held.size(); i++) {
            server.write(held.get(i).retainedDuplicate());
        }
        if (!again || heldBytes > heldLimit) {
            letGo();
        }
    }

    /** Whoever it was sent to gets no more of it. */
    void takeBack() {
        receiver = null;
    }

    /** A piece of the body; taken over. */
    void body(ByteBuf piece) {
        if (chunked) {
            announce(piece);
            deliver(piece);
            ByteBuf tail = worker.buffer(ChunkWriter.TAIL);
            ChunkWriter.tail(tail);
            deliver(tail);
        } else {
            deliver(piece);
        }
    }

    /** The line before a chunk. Without memory for it, the chunk is released. */
    private void announce(ByteBuf chunk) {
        try {
            ByteBuf size = worker.buffer(ChunkWriter.MAX_HEAD);
            ChunkWriter.head(size, chunk.readableBytes());
            deliver(size);
        } catch (Throwable e) {
            chunk.release();
            throw e;
        }
    }

    /**
     * @param trailers of a chunked body
     */
    void end(@Nullable ChunkReader trailers) {
        if (trailers != null) {
            deliver(worker.filled(HEAD_BYTES, out -> ChunkWriter.end(out, trailers)));
        }
    }

    private void deliver(ByteBuf piece) {
        ServerConnection to = receiver;
        heldBytes += piece.readableBytes();
        if (to != null && heldBytes > heldLimit) {
            letGo();
        }
        if (holding) {
            int length = piece.readableBytes();
            ByteBuf holder = hold(piece);
            if (to != null) {
                to.write(holder.retainedSlice(holder.writerIndex() - length, length));
            }
        } else if (to != null) {
            to.write(piece);
        } else {
            piece.release(); // The server has stopped reading.
        }
    }

    /** Returns the buffer at whose end the piece now stands. */
    private ByteBuf hold(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length > SMALL_BYTES) {
            addHeld(piece);
            return piece;
        }
        try {
            if (held.isEmpty() || held.getLast().writableBytes() < length) {
                addHeld(worker.buffer(GATHER_BYTES));
            }
            return held.getLast().writeBytes(piece);
        } finally {
            piece.release(); // Also if there is no memory to gather it in.
        }
    }

    private void addHeld(ByteBuf buffer) {
        held.add(buffer);
        worker.connections().heldBuffers.getAndIncrement();
    }

    /** Whether more of the body can be taken now. */
    boolean wantsMore() {
        return receiver != null ? receiver.writable() : !holding || heldBytes <= UNSENT_BYTES;
    }

    /** Whether all that has come of it is held, so that it can be sent again. */
    boolean held() {
        return holding;
    }

    /** What buffers hold of it, in octets. */
    long heldBytes() {
        ByteBuf first = head;
        return (first == null ? 0 : first.capacity()) + (holding ? heldBytes : 0);
    }

    /** It will not be sent again: what comes from now on is not held. */
    void letGo() {
        holding = false;
        if (!held.isEmpty()) {
            worker.connections().heldBuffers.addAndGet(-held.size());
            for (int i = 0; i < held.size(); i++) {
                held.get(i).release();
            }
            held.clear();
        }
    }

    /** Writes what stands between the two spaces of the request line; nothing for {@code *}. */
    void writeTarget(ByteBuf out) {
        ByteBuf from = head;
        if (from != null) {
            int start = from.indexOf(0, from.writerIndex(), (byte) ' ') + 1;
            int end = from.indexOf(start, from.writerIndex(), (byte) ' ');
            if (from.getByte(start) != '*') {
                out.writeBytes(from, start, end - start);
            }
        }
    }

    void release() {
        letGo();
        receiver = null;
        ByteBuf first = head;
        if (first != null) {
            head = null;
            first.release();
        }
    }
}
