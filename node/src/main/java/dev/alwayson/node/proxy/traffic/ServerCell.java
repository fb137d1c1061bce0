package dev.alwayson.node.proxy.traffic;

/** What one event loop saw of one server. Counted by that loop's thread; read by any. */
public final class ServerCell {

    final Latencies responses = new Latencies();

    ServerCell() {}

    /**
     * Counts a response.
     *
     * @param nanos from the request sent to the head of the response
     */
    public void response(long nanos) {
        responses.add(nanos);
    }
}
