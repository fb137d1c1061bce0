package dev.alwayson.node.proxy.http;

/** The methods that are told apart; any other valid token is {@link #OTHER}. */
public enum Method {
    GET(true),
    HEAD(true),
    POST(false),
    PUT(true),
    DELETE(true),
    OPTIONS(true),
    PATCH(false),
    TRACE(true),
    OTHER(false);

    private static final Method[] NAMED = {GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, TRACE};
    private static final byte[][] TOKENS = tokens();
    private static final byte[] CONNECT = Octets.of("CONNECT");

    private final boolean idempotent;

    Method(boolean idempotent) {
        this.idempotent = idempotent;
    }

    /** Whether a repetition has the effect of one request (RFC 9110 section 9.2.2). */
    public boolean idempotent() {
        return idempotent;
    }

    /** An index into arrays that live no longer than the process. */
    @SuppressWarnings("EnumOrdinal")
    public int index() {
        return ordinal();
    }

    /** Methods are told apart by case (RFC 9110 section 9.1). */
    static Method of(byte[] bytes, int from, int to) {
        for (int i = 0; i < TOKENS.length; i++) {
            if (Octets.equal(bytes, from, to, TOKENS[i])) {
                return NAMED[i];
            }
        }
        return OTHER;
    }

    static boolean isConnect(byte[] bytes, int from, int to) {
        return Octets.equal(bytes, from, to, CONNECT);
    }

    private static byte[][] tokens() {
        byte[][] tokens = new byte[NAMED.length][];
        for (int i = 0; i < NAMED.length; i++) {
            tokens[i] = Octets.of(NAMED[i].name());
        }
        return tokens;
    }
}
