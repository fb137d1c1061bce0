package dev.alwayson.node.proxy.http;

/**
 * Why a message is not accepted. A request is answered with {@link #status} and its connection
 * closed; a response of a server becomes a 502, whatever the status here.
 */
public enum Refusal {
    BARE_LF(400, "bare-lf"),
    BARE_CR(400, "bare-cr"),
    CONTROL_BYTE(400, "control-byte"),
    BAD_METHOD(400, "bad-method"),
    CONNECT(400, "connect"),
    BAD_TARGET(400, "bad-target"),
    BAD_VERSION(400, "bad-version"),
    UNSUPPORTED_VERSION(505, "unsupported-version"),
    BAD_STATUS(502, "bad-status"),
    REQUEST_LINE_TOO_LONG(414, "request-line-too-long"),
    HEAD_TOO_LARGE(431, "head-too-large"),
    TOO_MANY_LINES(431, "too-many-lines"),
    FOLDED_LINE(400, "folded-line"),
    SPACE_BEFORE_COLON(400, "space-before-colon"),
    BAD_NAME(400, "bad-name"),
    BAD_LENGTH(400, "bad-length"),
    SEVERAL_LENGTHS(400, "several-lengths"),
    LENGTH_AND_ENCODING(400, "length-and-encoding"),
    BAD_ENCODING(400, "bad-encoding"),
    ENCODING_IN_OLD_VERSION(400, "encoding-in-http-1.0"),
    NO_HOST(400, "no-host"),
    SEVERAL_HOSTS(400, "several-hosts"),
    BAD_HOST(400, "bad-host"),
    HOST_DISAGREES(400, "host-disagrees"),
    BAD_CONNECTION(400, "bad-connection"),
    CONNECTION_NAMES_FRAMING(400, "connection-names-framing"),
    UNKNOWN_EXPECTATION(417, "unknown-expectation"),
    BAD_CHUNK_SIZE(400, "bad-chunk-size"),
    BAD_CHUNK_EXTENSION(400, "bad-chunk-extension"),
    CHUNK_EXTENSION_TOO_LONG(400, "chunk-extension-too-long"),
    BAD_CHUNK_END(400, "bad-chunk-end"),
    TRAILERS_TOO_LARGE(400, "trailers-too-large");

    private final int status;
    private final String word;

    Refusal(int status, String word) {
        this.status = status;
        this.word = word;
    }

    /** The status that a client is answered with. */
    public int status() {
        return status;
    }

    /** The rule's name; of a request's head, also as its answer and the access log name it. */
    public String word() {
        return word;
    }
}
