package dev.alwayson.node.proxy;

/**
 * How the file descriptors of the process are shared, so that a flood of clients cannot take those
 * that connections to servers, logs, the journal and health checks need.
 *
 * @param connections of clients and to servers, in all, from 2
 * @param idle connections to servers that wait for their next request, from 1; as many are left to
 *     the servers when clients come
 */
record DescriptorShares(int connections, int idle) {

    /** For files, listeners and checks. */
    private static final long RESERVED = 200;

    private static final int MOST_IDLE = 8192;

    /**
     * @param descriptors how many the process may have open, less those of the admin API
     */
    static DescriptorShares of(long descriptors) {
        int connections = Math.clamp(descriptors - RESERVED, 2, Integer.MAX_VALUE);
        return new DescriptorShares(connections, Math.clamp(connections / 10, 1, MOST_IDLE));
    }
}
