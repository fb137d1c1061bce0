package dev.alwayson.node.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.Optional;

/**
 * The memory of buffers: what connections hold of it, and how much they may. Beyond that the ones
 * that have moved nothing for the longest are closed ({@link Worker}), for without memory for
 * buffers nobody is served. Safe for use by any thread.
 */
final class BufferMemory {

    /** With less the allocator has no arena: it pools nothing, and counts nothing. */
    private static final long LEAST_BYTES = 24 << 20;

    private final PooledByteBufAllocator allocator;
    private final long limitBytes;

    BufferMemory(PooledByteBufAllocator allocator, long limitBytes) {
        this.allocator = allocator;
        this.limitBytes = limitBytes;
    }

    /** Half of what the JVM grants: the other half is what gaps between buffers may take. */
    static BufferMemory ofProcess() {
        return new BufferMemory(
                PooledByteBufAllocator.DEFAULT, PlatformDependent.estimateMaxDirectMemory() / 2);
    }

    /** Why what buffers hold cannot be bounded, for the operator. */
    Optional<String> problem() {
        return allocator.metric().numDirectArenas() > 0
                ? Optional.empty()
                : Optional.of(
                        "memory of buffers: this process may have %d MiB, a node needs at least"
                                        .formatted(
                                                PlatformDependent.estimateMaxDirectMemory() >> 20)
                                + " %1$d MiB; set -XX:MaxDirectMemorySize=%1$dm or more in"
                                        .formatted(LEAST_BYTES >> 20)
                                + " ALWAYSON_JAVA_OPTIONS");
    }

    PooledByteBufAllocator allocator() {
        return allocator;
    }

    long limitBytes() {
        return limitBytes;
    }

    /** What buffers hold now. */
    long usedBytes() {
        return allocator.pinnedDirectMemory();
    }

    /** What was taken from the machine for buffers; it is kept for the next ones. */
    long reservedBytes() {
        return allocator.metric().usedDirectMemory();
    }
}
