package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines after the last chunk, checked octet by octet as header lines are. Kept are those that
 * may be passed on: not framing, routing, or what concerns one connection (RFC 9110 section 6.5.1),
 * nothing that Connection names, and no name with an underscore. Confined to one thread.
 */
final class Trailers {

    private static final int MAX_OCTETS = 8 * 1024;
    private static final int MAX_LINES = 32;

    /** More than most need; what large ones need goes with them. */
    private static final int KEPT_OCTETS = 1024;

    private static final byte[] NOTHING = {};

    private enum State {
        LINE,
        NAME,
        VALUE,
        LINE_LF,
        END_LF,
        ENDED
    }

    private static final byte[][] NO_NAMES = {};

    private byte[] kept = NOTHING;
    private byte[][] dropped = NO_NAMES;
    private State state = State.LINE;
    private int line;
    private int nameTo;
    private int size;
    private int octets;
    private int lines;
    private boolean underscore;

    void reset(byte[][] dropped) {
        this.dropped = dropped;
        state = State.LINE;
        line = 0;
        size = 0;
        octets = 0;
        lines = 0;
    }

    /** Nobody wants them any more: no idle connection is to hold what large ones took. */
    void letGo() {
        line = 0;
        if (kept.length > KEPT_OCTETS) {
            kept = NOTHING;
        }
    }

    /** The octets that there is room for without another array. */
    int room() {
        return kept.length;
    }

    boolean ended() {
        return state == State.ENDED;
    }

    /** The octets of the lines that are kept. */
    int size() {
        return line;
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(kept, 0, line);
    }

    @Nullable Refusal take(byte octet) {
        return switch (state) {
            case LINE -> lineStart(octet);
            case NAME -> name(octet);
            case VALUE -> value(octet);
            case LINE_LF -> octet == Octets.LF ? lineEnded(octet) : Refusal.BARE_CR;
            case END_LF -> {
                state = State.ENDED;
                dropped = NO_NAMES;
                yield octet == Octets.LF ? null : Refusal.BARE_CR;
            }
            case ENDED -> throw new IllegalStateException(state.name());
        };
    }

    private @Nullable Refusal lineStart(byte octet) {
        if (octet == Octets.CR) {
            state = State.END_LF;
            return null;
        }
        if (octet == Octets.SP || octet == Octets.TAB) {
            return Refusal.FOLDED_LINE;
        }
        if (!Octets.is(octet, Octets.TOKEN)) {
            return wrong(octet, Refusal.BAD_NAME);
        }
        if (++lines > MAX_LINES) {
            return Refusal.TRAILERS_TOO_LARGE;
        }
        underscore = octet == '_';
        state = State.NAME;
        return keep(octet);
    }

    private @Nullable Refusal name(byte octet) {
        if (octet == ':') {
            nameTo = size;
            state = State.VALUE;
        } else if (octet == Octets.SP || octet == Octets.TAB) {
            return Refusal.SPACE_BEFORE_COLON;
        } else if (!Octets.is(octet, Octets.TOKEN)) {
            return wrong(octet, Refusal.BAD_NAME);
        }
        underscore |= octet == '_' && state == State.NAME;
        return keep(octet);
    }

    private @Nullable Refusal value(byte octet) {
        if (octet == Octets.CR) {
            state = State.LINE_LF;
        } else if (!Octets.field(octet)) {
            return wrong(octet, Refusal.CONTROL_BYTE);
        }
        return keep(octet);
    }

    private @Nullable Refusal lineEnded(byte octet) {
        Refusal wrong = keep(octet);
        if (underscore || FieldName.of(kept, line, nameTo) != FieldName.OTHER || dropped()) {
            size = line;
        }
        line = size;
        state = State.LINE;
        return wrong;
    }

    private boolean dropped() {
        for (byte[] name : dropped) {
            if (Octets.equalInAnyCase(kept, line, nameTo, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    private static Refusal wrong(byte octet, Refusal otherwise) {
        if (octet == Octets.LF) {
            return Refusal.BARE_LF;
        }
        return Octets.control(octet) ? Refusal.CONTROL_BYTE : otherwise;
    }

    private @Nullable Refusal keep(byte octet) {
        if (++octets > MAX_OCTETS) {
            return Refusal.TRAILERS_TOO_LARGE;
        }
        if (size == kept.length) {
            kept = Arrays.copyOf(kept, Math.max(256, 2 * size));
        }
        kept[size++] = octet;
        return null;
    }
}
