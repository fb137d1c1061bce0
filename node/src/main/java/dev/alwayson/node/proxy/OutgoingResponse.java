package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ChunkWriter;
import dev.alwayson.node.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A server's response as the client gets it: a new head, which waits for the body that was read
 * with it, so that both go in one buffer; and the body in new framing. One for each client
 * connection, used anew for each response; confined to its event loop.
 */
final class OutgoingResponse {

    /** What most heads fit into; a larger one makes its buffer grow. */
    private static final int HEAD_BYTES = 1024;

    /** A body up to this size joins the head in one buffer. */
    private static final int JOIN_BYTES = 4096;

    private final ClientConnection client;
    private final Worker worker;
    private @Nullable ByteBuf head;
    private boolean chunked;

    OutgoingResponse(ClientConnection client) {
        this.client = client;
        this.worker = client.worker;
    }

    /** A response before the final one, or that of a switch of protocols. */
    void interim(ResponseHead from, int minorVersion) {
        ByteBuf out = worker.buffer(HEAD_BYTES);
        head = out;
        from.write(out, minorVersion, true, false);
        push();
    }

    /**
     * @param websocket whether the frontend allows an upgrade to it
     * @param bodyLength octets, or {@link BodyReader#UNKNOWN}
     */
    void begin(
            ResponseHead from,
            int minorVersion,
            boolean keepAlive,
            boolean websocket,
            long bodyLength) {
        chunked = from.chunkedFor(minorVersion);
        boolean joins = bodyLength > 0 && bodyLength <= JOIN_BYTES;
        ByteBuf out = worker.buffer(HEAD_BYTES + (joins ? JOIN_BYTES : 0));
        head = out;
        from.write(out, minorVersion, keepAlive, websocket);
    }

    /** A piece of the body; taken over. */
    void body(ByteBuf piece) {
        ByteBuf waiting = head;
        if (chunked) {
            announce(piece);
            client.write(piece);
            ByteBuf tail = worker.buffer(ChunkWriter.TAIL);
            ChunkWriter.tail(tail);
            client.write(tail);
        } else if (waiting != null && piece.readableBytes() <= waiting.writableBytes()) {
            waiting.writeBytes(piece);
            piece.release();
        } else {
            push();
            client.write(piece);
        }
    }

    /** The line before a chunk, behind a head that waits. Without memory, the chunk is released. */
    private void announce(ByteBuf chunk) {
        try {
            ByteBuf waiting = head;
            ByteBuf size = waiting != null ? waiting : worker.buffer(ChunkWriter.MAX_HEAD);
            head = size;
            ChunkWriter.head(size, chunk.readableBytes());
            push();
        } catch (Throwable e) {
            chunk.release();
            throw e;
        }
    }

    /**
     * @param trailers of a body that came in chunks
     */
    void end(@Nullable ChunkReader trailers) {
        push();
        if (chunked) {
            client.write(
                    trailers == null
                            ? worker.filled(ChunkWriter.MAX_HEAD, ChunkWriter::end)
                            : worker.filled(HEAD_BYTES, out -> ChunkWriter.end(out, trailers)));
        }
    }

    /** What the server has sent so far is read: the client is not to wait for more. */
    void push() {
        ByteBuf waiting = head;
        if (waiting != null) {
            head = null;
            client.write(waiting);
        }
    }

    /** It is not sent. */
    void drop() {
        ByteBuf waiting = head;
        if (waiting != null) {
            head = null;
            waiting.release();
        }
    }
}
