package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Tells when a head that was incomplete is worth another {@code parse}, so that one that comes
 * octet by octet costs time in proportion to its length, and not to the square of it.
 */
public final class HeadEnd {

    private HeadEnd() {}

    /**
     * Whether, since {@code seen} octets could be read, the end of the head has come, or an octet
     * that will be refused, or so much that it is parsed for its limits: twice what there was.
     *
     * @param seen how many octets from the reader index the last {@code parse} could read
     */
    public static boolean due(ByteBuf in, int seen) {
        int readable = in.readableBytes();
        if (Integer.numberOfLeadingZeros(readable) < Integer.numberOfLeadingZeros(seen)) {
            return true;
        }
        int start = in.readerIndex();
        for (int at = start + Math.max(0, seen - 1); at < start + readable; at++) {
            byte octet = in.getByte(at);
            if (octet >= Octets.SP && octet != 0x7f) {
                continue;
            }
            boolean due =
                    switch (octet) {
                        case Octets.LF -> endsHeadOrBare(in, start, at);
                        case Octets.CR ->
                                at + 1 < start + readable && in.getByte(at + 1) != Octets.LF;
                        default -> Octets.control(octet);
                    };
            if (due) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsHeadOrBare(ByteBuf in, int start, int at) {
        if (at == start || in.getByte(at - 1) != Octets.CR) {
            return true;
        }
        return at - start >= 3
                && in.getByte(at - 2) == Octets.LF
                && in.getByte(at - 3) == Octets.CR;
    }
}
