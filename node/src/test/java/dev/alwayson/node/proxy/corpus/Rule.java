package dev.alwayson.node.proxy.corpus;

import dev.alwayson.node.proxy.http.Refusal;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a message of the corpus breaks, or what is done to it; each with its source. */
public enum Rule {
    // Checked where messages are read; each is one Refusal.
    BARE_LF("RFC 9112 section 2.2; stricter", Refusal.BARE_LF),
    BARE_CR("RFC 9112 section 2.2", Refusal.BARE_CR),
    CONTROL_BYTE("RFC 9110 section 5.5", Refusal.CONTROL_BYTE),
    BAD_METHOD("RFC 9110 section 9.1", Refusal.BAD_METHOD),
    CONNECT("RFC 9110 section 9.3.6: not offered", Refusal.CONNECT),
    BAD_TARGET("RFC 9112 section 3.2", Refusal.BAD_TARGET),
    BAD_VERSION("RFC 9112 section 2.3", Refusal.BAD_VERSION),
    UNSUPPORTED_VERSION("RFC 9110 section 15.6.6", Refusal.UNSUPPORTED_VERSION),
    BAD_STATUS("RFC 9112 section 4", Refusal.BAD_STATUS),
    REQUEST_LINE_TOO_LONG("RFC 9112 section 3", Refusal.REQUEST_LINE_TOO_LONG),
    HEAD_TOO_LARGE("RFC 6585 section 5", Refusal.HEAD_TOO_LARGE),
    TOO_MANY_LINES("RFC 6585 section 5", Refusal.TOO_MANY_LINES),
    FOLDED_LINE("RFC 9112 section 5.2", Refusal.FOLDED_LINE),
    SPACE_BEFORE_COLON("RFC 9112 section 5.1", Refusal.SPACE_BEFORE_COLON),
    BAD_NAME("RFC 9110 section 5.1", Refusal.BAD_NAME),
    BAD_LENGTH("RFC 9112 section 6.3", Refusal.BAD_LENGTH),
    SEVERAL_LENGTHS("RFC 9112 section 6.3; stricter", Refusal.SEVERAL_LENGTHS),
    LENGTH_AND_ENCODING("RFC 9112 section 6.3", Refusal.LENGTH_AND_ENCODING),
    BAD_ENCODING("RFC 9112 section 6.1; stricter", Refusal.BAD_ENCODING),
    ENCODING_IN_OLD_VERSION("RFC 9112 section 6.1", Refusal.ENCODING_IN_OLD_VERSION),
    NO_HOST("RFC 9112 section 3.2", Refusal.NO_HOST),
    SEVERAL_HOSTS("RFC 9112 section 3.2", Refusal.SEVERAL_HOSTS),
    BAD_HOST("RFC 9112 section 3.2", Refusal.BAD_HOST),
    HOST_DISAGREES("RFC 9112 section 3.2.2; stricter", Refusal.HOST_DISAGREES),
    BAD_CONNECTION("RFC 9110 section 7.6.1", Refusal.BAD_CONNECTION),
    CONNECTION_NAMES_FRAMING("RFC 9110 section 7.6.1", Refusal.CONNECTION_NAMES_FRAMING),
    UNKNOWN_EXPECTATION("RFC 9110 section 10.1.1", Refusal.UNKNOWN_EXPECTATION),
    BAD_CHUNK_SIZE("RFC 9112 section 7.1", Refusal.BAD_CHUNK_SIZE),
    BAD_CHUNK_EXTENSION("RFC 9112 section 7.1.1", Refusal.BAD_CHUNK_EXTENSION),
    CHUNK_EXTENSION_TOO_LONG("RFC 9112 section 7.1.1", Refusal.CHUNK_EXTENSION_TOO_LONG),
    BAD_CHUNK_END("RFC 9112 section 7.1", Refusal.BAD_CHUNK_END),
    TRAILERS_TOO_LARGE("RFC 6585 section 5", Refusal.TRAILERS_TOO_LARGE),

    // Held by the connections, beyond what a message's bytes tell.
    BODY_TOO_LARGE("RFC 9110 section 15.5.14", null),
    HEAD_DEADLINE("RFC 9110 section 15.5.9", null),
    BODY_DEADLINE("RFC 9110 section 15.5.9", null),
    IDLE_DEADLINE("RFC 9112 section 9.5", null),
    WHOLE_REQUEST("RFC 9112 section 8", null),
    WHOLE_RESPONSE("RFC 9112 section 8", null),
    RESPONSE_DEADLINE("RFC 9110 section 15.6.5", null),
    TRAILING_BYTES("RFC 9112 section 6.3", null),
    UNASKED_UPGRADE("RFC 9110 section 7.8", null),

    // Done to what is passed on.
    PASSED_ON("RFC 9110 section 7.7", null),
    ONE_BY_ONE("RFC 9112 section 9.3.2", null),
    RE_FRAMED("RFC 9112 section 7.1.3", null),
    ORIGIN_FORM("RFC 9112 section 3.2.1", null),
    HOP_BY_HOP("RFC 9110 section 7.6.1", null),
    UNDERSCORE_NAME("dropped, as nginx does", null),
    FORWARDING_IS_OURS("RFC 7239 section 8.1", null),
    BODILESS_RESPONSE("RFC 9112 section 6.3", null);

    private final String source;
    private final @Nullable Refusal refusal;

    Rule(String source, @Nullable Refusal refusal) {
        this.source = source;
        this.refusal = refusal;
    }

    /** Where it is written. */
    public String source() {
        return source;
    }

    /** How the readers of messages name it; empty if it is not theirs to hold. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** The name in the corpus. */
    public String word() {
        return refusal != null ? refusal.word() : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
