package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/** Memory of buffers that has nothing when it is said so. */
final class Exhaustible extends PooledByteBufAllocator {

    volatile boolean exhausted;

    Exhaustible() {
        super(true);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (exhausted) {
            throw new OutOfMemoryError("told");
        }
        return super.newDirectBuffer(initialCapacity, maxCapacity);
    }
}
