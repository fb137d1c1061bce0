package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;

/** Puts the framing around the parts of a chunked body (RFC 9112 section 7.1). */
public final class ChunkWriter {

    /** The octets that {@link #head} writes at most. */
    public static final int MAX_HEAD = 18;

    /** The octets that {@link #tail} writes. */
    public static final int TAIL = 2;

    private static final byte[] HEX = Octets.of("0123456789abcdef");
    private static final byte[] CRLF = Octets.of("\r\n");
    private static final byte[] LAST_CHUNK = Octets.of("0\r\n");
    private static final byte[] END = Octets.of("0\r\n\r\n");

    private ChunkWriter() {}

    /**
     * Writes what stands before the octets of a chunk.
     *
     * @param size their number, above 0: a chunk of size 0 would end the body
     */
    public static void head(ByteBuf out, long size) {
        if (size <= 0) {
            throw new IllegalArgumentException(size + ": a chunk's size is above 0");
        }
        int shift = 60 - (Long.numberOfLeadingZeros(size) & ~3);
        for (; shift >= 0; shift -= 4) {
            out.writeByte(HEX[(int) (size >>> shift) & 15]);
        }
        out.writeBytes(CRLF);
    }

    /** Writes what stands after the octets of a chunk. */
    public static void tail(ByteBuf out) {
        out.writeBytes(CRLF);
    }

    /** Ends a body without trailers. */
    public static void end(ByteBuf out) {
        out.writeBytes(END);
    }

    /** Ends a body with the trailers that came. */
    public static void end(ByteBuf out, ChunkReader reader) {
        out.writeBytes(LAST_CHUNK);
        reader.writeTrailers(out);
        out.writeBytes(CRLF);
    }
}
