package dev.alwayson.node.proxy;

/**
 * How the file descriptors of the process are shared, so that a flood of clients cannot take those
 * that connections to servers, logs, the journal and health checks need.
 *
 * @param sockets of listeners, clients and servers, in all, from 2
 * @param idle connections to servers that wait for their next request, from 1; as many are left to
 *     the servers when clients come
 */
record DescriptorShares(int sockets, int idle) {

    /** For files and checks. */
    private static final long RESERVED = 200;

    private static final int MOST_IDLE = 8192;

    /**
     * @param descriptors how many the process may have open, less those of the admin API
     */
    static DescriptorShares of(long descriptors) {
        int sockets = Math.clamp(descriptors - RESERVED, 2, Integer.MAX_VALUE);
        return new DescriptorShares(sockets, Math.clamp(sockets / 10, 1, MOST_IDLE));
    }
}
