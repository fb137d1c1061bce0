package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What both kinds of connection do with pieces of input. */
final class Buffers {

    private Buffers() {}

    /** One buffer with the unread bytes of both; takes over both. */
    static ByteBuf append(ByteBufAllocator allocator, ByteBuf first, ByteBuf second) {
        if (!first.isReadable()) {
            first.release();
            return second;
        }
        if (first.writableBytes() >= second.readableBytes()) {
            first.writeBytes(second);
            second.release();
            return first;
        }
        ByteBuf joined = allocator.buffer(first.readableBytes() + second.readableBytes());
        joined.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return joined;
    }
}
