package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the framing off a chunked body (RFC 9112 section 7.1) as it comes. Extensions are checked
 * and dropped; trailers are checked and kept, except those that a proxy must not pass on. One for
 * each connection, used again after {@link #reset}; confined to one thread.
 */
public final class ChunkReader {

    /** {@link #available} octets of the body stand at the reader index; the caller takes them. */
    public static final int DATA = 1;

    /** The buffer holds nothing more; the body has not ended. */
    public static final int MORE = 2;

    /** The body and its trailers have ended; what the buffer still holds is another message. */
    public static final int END = 3;

    /** {@link #refusal} says why. Only {@link #reset} leads out of this. */
    public static final int REFUSED = MessageHead.REFUSED;

    private static final int MAX_SIZE_DIGITS = 16;

    private enum State {
        SIZE,
        EXTENSIONS,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        ENDED,
        REFUSED
    }

    private final ChunkExtensions extensions = new ChunkExtensions();
    private final Trailers trailers = new Trailers();
    private State state = State.SIZE;
    private int digits;
    private long remaining;
    private int available;
    private @Nullable Refusal refusal;
    private final @Nullable Refusal off;

    public ChunkReader() {
        this(null);
    }

    /**
     * @param off the rule that counts for nothing: what it would refuse is passed over. Null but
     *     for the tests that show what each rule keeps out
     */
    ChunkReader(@Nullable Refusal off) {
        this.off = off;
    }

    /**
     * Makes ready for another body.
     *
     * @param dropped the names of trailers that are not passed on, beside those that never are; in
     *     any case
     */
    public void reset(byte[][] dropped) {
        state = State.SIZE;
        digits = 0;
        remaining = 0;
        available = 0;
        refusal = null;
        trailers.reset(dropped);
    }

    /**
     * Takes framing from the buffer, up to the next octets of the body. After {@link #DATA} the
     * caller must take all {@link #available} octets before the next call.
     *
     * @return {@link #DATA}, {@link #MORE}, {@link #END} or {@link #REFUSED}
     */
    public int next(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end && state != State.ENDED && state != State.REFUSED) {
            if (state == State.DATA) {
                in.readerIndex(at);
                return data(end - at);
            }
            Refusal wrong = take(in.getByte(at++));
            refusal = wrong == off ? null : wrong;
            state = refusal == null ? state : State.REFUSED;
        }
        in.readerIndex(at);
        return switch (state) {
            case ENDED -> END;
            case REFUSED -> REFUSED;
            case SIZE, EXTENSIONS, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILERS -> MORE;
        };
    }

    private int data(int readable) {
        available = (int) Math.min(remaining, readable);
        remaining -= available;
        state = remaining == 0 ? State.DATA_CR : State.DATA;
        return DATA;
    }

    private @Nullable Refusal take(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case EXTENSIONS -> extension(octet);
            case SIZE_LF -> octet == Octets.LF ? sizeEnded() : Refusal.BARE_CR;
            case DATA_CR -> expect(octet, Octets.CR, State.DATA_LF);
            case DATA_LF -> expect(octet, Octets.LF, State.SIZE);
            case TRAILERS -> trailer(octet);
            case DATA, ENDED, REFUSED -> throw new IllegalStateException(state.name());
        };
    }

    private @Nullable Refusal size(byte octet) {
        if (Octets.is(octet, Octets.HEX)) {
            if (++digits > MAX_SIZE_DIGITS || remaining >= 1L << 59) {
                return Refusal.BAD_CHUNK_SIZE;
            }
            remaining = remaining << 4 | Character.digit(octet, 16);
            return null;
        }
        if (digits == 0) {
            return Refusal.BAD_CHUNK_SIZE;
        }
        if (octet == Octets.CR) {
            state = State.SIZE_LF;
            return null;
        }
        if (octet == Octets.LF) {
            return Refusal.BARE_LF;
        }
        extensions.reset();
        state = State.EXTENSIONS;
        return octet == ';' || octet == Octets.SP || octet == Octets.TAB
                ? extension(octet)
                : Refusal.BAD_CHUNK_SIZE;
    }

    private @Nullable Refusal extension(byte octet) {
        if (octet == Octets.CR) {
            state = State.SIZE_LF;
            return extensions.mayEnd() ? null : Refusal.BAD_CHUNK_EXTENSION;
        }
        return octet == Octets.LF ? Refusal.BARE_LF : extensions.take(octet);
    }

    private @Nullable Refusal sizeEnded() {
        digits = 0;
        state = remaining == 0 ? State.TRAILERS : State.DATA;
        return null;
    }

    private @Nullable Refusal expect(byte octet, byte expected, State next) {
        state = next;
        return octet == expected ? null : Refusal.BAD_CHUNK_END;
    }

    private @Nullable Refusal trailer(byte octet) {
        Refusal wrong = trailers.take(octet);
        if (trailers.ended()) {
            state = State.ENDED;
        }
        return wrong;
    }

    /** The octets of the body that the last {@link #DATA} announced. */
    public int available() {
        return available;
    }

    /** Whether trailers came that may be passed on. */
    public boolean hasTrailers() {
        return trailers.size() > 0;
    }

    /** Writes the kept trailers as whole lines, without the empty line after them. */
    public void writeTrailers(ByteBuf out) {
        trailers.writeTo(out);
    }

    /** Nobody wants the trailers any more: they are not to take much of an idle connection. */
    public void letGo() {
        trailers.letGo();
    }

    /** Why {@link #next} refused. */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("no refusal: the body was not refused");
        }
        return refusal;
    }
}
