package dev.alwayson.node.proxy;

/**
 * How the file descriptors of the process are shared, so that a flood of clients cannot take those
 * that connections to servers, logs, the journal and health checks need. Each client may need a
 * connection to a server beside its own.
 *
 * @param clients connections of clients in all, from 1
 * @param idle connections to servers that wait for their next request, from 1
 */
record DescriptorShares(int clients, int idle) {

    /** For files, listeners, checks and the admin API. */
    private static final long RESERVED = 200;

    private static final int MOST_IDLE = 8192;

    /**
     * @param descriptors how many the process may have open
     */
    static DescriptorShares of(long descriptors) {
        long free = Math.max(0, descriptors - RESERVED);
        int idle = Math.clamp(free / 10, 1, MOST_IDLE);
        return new DescriptorShares(Math.clamp((free - idle) / 2, 1, Integer.MAX_VALUE), idle);
    }
}
