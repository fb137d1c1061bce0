package dev.alwayson.node.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * The extensions of one chunk, checked octet by octet and forgotten: {@code *( BWS ";" BWS name [
 * BWS "=" BWS value ] )} where a value is a token or a quoted string (RFC 9112 section 7.1.1).
 * Confined to one thread.
 */
final class ChunkExtensions {

    private static final int MAX_OCTETS = 1024;

    private enum State {
        BEFORE_SEMICOLON,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        QUOTED_PAIR,
        VALUE_ENDED
    }

    private State state = State.VALUE_ENDED;
    private int octets;

    void reset() {
        state = State.VALUE_ENDED;
        octets = 0;
    }

    /** Whether what was taken is whole. */
    boolean mayEnd() {
        return state == State.NAME || state == State.VALUE || state == State.VALUE_ENDED;
    }

    @Nullable Refusal take(byte octet) {
        if (++octets > MAX_OCTETS) {
            return Refusal.CHUNK_EXTENSION_TOO_LONG;
        }
        State next = next(octet);
        if (next == null) {
            return Refusal.BAD_CHUNK_EXTENSION;
        }
        state = next;
        return null;
    }

    private @Nullable State next(byte octet) {
        boolean blank = octet == Octets.SP || octet == Octets.TAB;
        boolean token = Octets.is(octet, Octets.TOKEN);
        return switch (state) {
            case BEFORE_SEMICOLON, VALUE_ENDED -> blank ? State.BEFORE_SEMICOLON : semicolon(octet);
            case BEFORE_NAME -> blank ? State.BEFORE_NAME : token ? State.NAME : null;
            case NAME -> token ? State.NAME : blank ? State.AFTER_NAME : afterName(octet);
            case AFTER_NAME -> blank ? State.AFTER_NAME : afterName(octet);
            case BEFORE_VALUE -> blank ? State.BEFORE_VALUE : token ? State.VALUE : quote(octet);
            case VALUE -> token ? State.VALUE : blank ? State.BEFORE_SEMICOLON : semicolon(octet);
            case QUOTED -> quoted(octet);
            case QUOTED_PAIR -> Octets.field(octet) ? State.QUOTED : null;
        };
    }

    private static @Nullable State semicolon(byte octet) {
        return octet == ';' ? State.BEFORE_NAME : null;
    }

    private static @Nullable State afterName(byte octet) {
        return octet == '=' ? State.BEFORE_VALUE : semicolon(octet);
    }

    private static @Nullable State quote(byte octet) {
        return octet == '"' ? State.QUOTED : null;
    }

    private static @Nullable State quoted(byte octet) {
        return switch (octet) {
            case '"' -> State.VALUE_ENDED;
            case '\\' -> State.QUOTED_PAIR;
            default -> Octets.field(octet) ? State.QUOTED : null;
        };
    }
}
