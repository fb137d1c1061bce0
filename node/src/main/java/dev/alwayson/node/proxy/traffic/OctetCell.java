package dev.alwayson.node.proxy.traffic;

/**
 * The octets that one event loop read from the clients of one frontend, and gave to their
 * connections to send. Counted by that loop's thread; read by any.
 */
public final class OctetCell {

    private static final int RECEIVED = 0;
    private static final int SENT = 1;

    /** As large as a cache line at least, so that no two loops count in the same one. */
    private static final int LONGS = 16;

    private final Counts octets = new Counts(LONGS);

    public void received(long more) {
        octets.add(RECEIVED, more);
    }

    public void sent(long more) {
        octets.add(SENT, more);
    }

    public long received() {
        return octets.get(RECEIVED);
    }

    public long sent() {
        return octets.get(SENT);
    }
}
