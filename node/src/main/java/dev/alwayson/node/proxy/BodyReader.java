package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.ChunkReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the body of a message in what is read, and its end (RFC 9112 section 6.3). One for each
 * connection, used again for each message; confined to its event loop.
 */
final class BodyReader {

    enum Step {
        /** {@link #available} octets of the body stand next; the caller takes them. */
        DATA,
        /** The body goes on, and nothing of it is there. */
        MORE,
        /** The body has ended; what stands next is another message. */
        END,
        MALFORMED
    }

    /** What {@link #length} answers where no head says it. */
    static final long UNKNOWN = -1;

    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private Framing framing = Framing.LENGTH;
    private @Nullable ChunkReader chunks;
    private long length;
    private long received;
    private int available;

    /**
     * @param octets 0 for no body
     */
    void startLength(long octets) {
        start(Framing.LENGTH, octets);
    }

    /**
     * @param dropped the names of trailers that are not passed on, beside those that never are
     */
    void startChunked(byte[][] dropped) {
        start(Framing.CHUNKED, UNKNOWN);
        if (chunks == null) {
            chunks = new ChunkReader();
        }
        chunks.reset(dropped);
    }

    void startUntilClose() {
        start(Framing.UNTIL_CLOSE, UNKNOWN);
    }

    private void start(Framing framing, long length) {
        this.framing = framing;
        this.length = length;
        received = 0;
    }

    /** After {@link Step#DATA} the caller must take all {@link #available} octets before. */
    Step next(ByteBuf in) {
        Step step =
                switch (framing) {
                    case CHUNKED -> nextOfChunks(in);
                    case LENGTH -> received == length ? Step.END : upTo(in, length - received);
                    case UNTIL_CLOSE -> upTo(in, Long.MAX_VALUE);
                };
        if (step == Step.DATA) {
            received += available;
        }
        return step;
    }

    private Step upTo(ByteBuf in, long octets) {
        available = (int) Math.min(octets, in.readableBytes());
        return available == 0 ? Step.MORE : Step.DATA;
    }

    private Step nextOfChunks(ByteBuf in) {
        ChunkReader reader = chunks;
        if (reader == null) {
            throw new IllegalStateException("started as chunked without a reader");
        }
        return switch (reader.next(in)) {
            case ChunkReader.DATA -> {
                available = reader.available();
                yield Step.DATA;
            }
            case ChunkReader.MORE -> Step.MORE;
            case ChunkReader.END -> Step.END;
            default -> Step.MALFORMED;
        };
    }

    int available() {
        return available;
    }

    /** Octets so far, without framing. */
    long received() {
        return received;
    }

    /** Octets in all, or {@link #UNKNOWN}. */
    long length() {
        return length;
    }

    boolean untilClose() {
        return framing == Framing.UNTIL_CLOSE;
    }

    /** What stood behind a chunked body that has ended; null for the other framings. */
    @Nullable ChunkReader trailers() {
        return framing == Framing.CHUNKED ? chunks : null;
    }

    /** The connection is idle now: nobody wants the trailers any more. */
    void rest() {
        if (chunks != null) {
            chunks.letGo();
        }
    }
}
