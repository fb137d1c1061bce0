package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has read and not yet understood. Whoever reads moves the reader index of {@link
 * #bytes}, or takes a {@link #piece}. Confined to its event loop.
 */
final class Unread {

    private @Nullable ByteBuf bytes;

    /** Puts these bytes behind the others; taken over. */
    void add(ByteBuf data) {
        ByteBuf first = bytes;
        if (first == null || !first.isReadable()) {
            release();
            bytes = data;
        } else if (first.writableBytes() >= data.readableBytes()) {
            first.writeBytes(data);
            data.release();
        } else {
            bytes = join(first, data);
        }
    }

    /** Twice the room at least, so that many small pieces are not copied again for each. */
    private static ByteBuf join(ByteBuf first, ByteBuf second) {
        int length = first.readableBytes() + second.readableBytes();
        try {
            ByteBuf joined = first.alloc().buffer(Math.max(length, 2 * first.readableBytes()));
            joined.writeBytes(first).writeBytes(second);
            first.release();
            return joined;
        } finally {
            second.release(); // Also if there is no memory; the first still stands in its place.
        }
    }

    /** Stays this object's; good until the next call. */
    ByteBuf bytes() {
        if (bytes != null && !bytes.isReadable()) {
            release();
        }
        return bytes == null ? Unpooled.EMPTY_BUFFER : bytes;
    }

    /** What the buffer takes, in octets, however little of it is in use. */
    int heldBytes() {
        return bytes().capacity();
    }

    boolean isEmpty() {
        return !bytes().isReadable();
    }

    /** The next bytes as a buffer of their own, which the caller releases; nothing is copied. */
    ByteBuf piece(int length) {
        ByteBuf from = bytes();
        if (length == from.readableBytes()) {
            bytes = null;
            return from;
        }
        return from.readRetainedSlice(length);
    }

    /** All of it, which the caller releases. */
    ByteBuf takeAll() {
        return piece(bytes().readableBytes());
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
