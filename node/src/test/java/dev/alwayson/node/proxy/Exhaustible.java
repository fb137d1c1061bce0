package dev.alwayson.node.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory of buffers that has nothing when it is said so. */
final class Exhaustible extends PooledByteBufAllocator {

    volatile boolean exhausted;

    /** Whether it has nothing for a buffer that grows. */
    volatile boolean growsNone;

    private final AtomicInteger untilLack = new AtomicInteger();

    Exhaustible() {
        super(true);
    }

    /**
     * Has nothing for one buffer.
     *
     * @param nth which, from now on; from 1
     */
    void lackOnce(int nth) {
        untilLack.set(nth);
    }

    /** Whether that buffer has not been wanted yet; if so, it will be there. */
    boolean lackIsToCome() {
        return untilLack.getAndSet(0) > 0;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (exhausted || untilLack.getAndDecrement() == 1) {
            throw new OutOfMemoryError("told");
        }
        return super.newDirectBuffer(initialCapacity, growsNone ? initialCapacity : maxCapacity);
    }
}
