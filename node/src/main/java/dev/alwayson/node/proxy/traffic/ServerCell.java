package dev.alwayson.node.proxy.traffic;

/** What one event loop saw of one server. Counted by that loop's thread; read by any. */
public final class ServerCell {

    final Latencies responses = new Latencies();

    private static final int FAILED = 0;
    private static final int FAILED_LATE = 1;
    private static final int TUNNELS = 2;

    private final Counts tries = new Counts(3);

    ServerCell() {}

    /**
     * Counts a request that failed by the server's doing.
     *
     * @param late whether its response is counted already
     */
    public void failed(boolean late) {
        tries.add(late ? FAILED_LATE : FAILED, 1);
    }

    /** Counts a connection that became a tunnel. */
    public void tunnel() {
        tries.add(TUNNELS, 1);
    }

    long failed() {
        return tries.get(FAILED) + tries.get(FAILED_LATE);
    }

    /** The responses that were not found to be failures, and the tunnels. */
    long answered() {
        return responses.count() + tries.get(TUNNELS) - tries.get(FAILED_LATE);
    }

    /**
     * Counts a response.
     *
     * @param nanos from the request sent to the head of the response
     */
    public void response(long nanos) {
        responses.add(nanos);
    }
}
