package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * The word by which a request is found in the log of its server, in ours, and in an answer of our
 * own; or none. One for each client connection, used anew for each request; confined to its event
 * loop.
 */
public final class RequestId {

    private static final int MAX_OCTETS = 128;
    private static final byte[] NAME = Octets.of("X-Request-Id: ");
    private static final byte[] END = Octets.of("\r\n");

    private byte[] bytes = {};
    private int length;

    /** There is none. */
    public void clear() {
        length = 0;
    }

    /**
     * Takes that of the request, if a trusted proxy sent a good one and no other, else a new one.
     */
    public void choose(RequestHead head, Forwarding forwarding, RequestIds ids) {
        int line = forwarding.trusted ? head.onlyLine(FieldName.X_REQUEST_ID) : RequestHead.NO_LINE;
        if (line == RequestHead.NO_LINE || !keep(head, line)) {
            room(RequestIds.LENGTH);
            ids.next(bytes);
        }
    }

    private boolean keep(RequestHead head, int line) {
        int from = head.valueOffset(line);
        int octets = head.valueLength(line);
        boolean good =
                octets > 0
                        && octets <= MAX_OCTETS
                        && Octets.skip(head.bytes, from, from + octets, Octets.REQUEST_ID)
                                == from + octets;
        if (good) {
            room(octets);
            System.arraycopy(head.bytes, from, bytes, 0, octets);
        }
        return good;
    }

    private void room(int octets) {
        if (bytes.length < octets) {
            bytes = new byte[octets];
        }
        length = octets;
    }

    /** Whether there is one. */
    boolean given() {
        return length > 0;
    }

    /** Puts the header line, if there is an id. */
    void put(OutgoingHead out) {
        if (given()) {
            out.put(NAME).put(bytes, 0, length).put(END);
        }
    }

    /** Writes the header line, if there is an id. */
    public void write(ByteBuf out) {
        if (given()) {
            out.writeBytes(NAME).writeBytes(bytes, 0, length).writeBytes(END);
        }
    }

    /** The id is the first {@link #length} octets; not to be written. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }
}
