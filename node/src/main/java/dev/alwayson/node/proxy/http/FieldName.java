package dev.alwayson.node.proxy.http;

/**
 * The header names that mean something to a proxy, as numbers in the order of what happens to their
 * lines: up to {@link #LAST_KEPT} they are passed on, up to {@link #LAST_FORWARDING} only from a
 * trusted peer, those above never.
 */
final class FieldName {

    static final int OTHER = 0;
    static final int HOST = 1;
    static final int VIA = 2;
    static final int EXPECT = 3;
    static final int TRAILER = 4;
    static final int X_REQUEST_ID = 5;
    static final int LAST_KEPT = X_REQUEST_ID;

    static final int FORWARDED = 6;
    static final int X_FORWARDED_PROTO = 7;
    static final int X_FORWARDED_HOST = 8;
    static final int LAST_FORWARDING = X_FORWARDED_HOST;

    static final int X_FORWARDED_FOR = 9;
    static final int CONNECTION = 10;
    static final int CONTENT_LENGTH = 11;
    static final int TRANSFER_ENCODING = 12;
    static final int UPGRADE = 13;
    static final int TE = 14;
    static final int KEEP_ALIVE = 15;
    static final int PROXY_CONNECTION = 16;
    static final int PROXY_AUTHENTICATE = 17;
    static final int PROXY_AUTHORIZATION = 18;

    /** Any name whose line is not passed on: named by Connection, or with an underscore. */
    static final int DROPPED = 19;

    private static final byte[] TE_TEXT = Octets.of("te");
    private static final byte[] VIA_TEXT = Octets.of("via");
    private static final byte[] HOST_TEXT = Octets.of("host");
    private static final byte[] EXPECT_TEXT = Octets.of("expect");
    private static final byte[] UPGRADE_TEXT = Octets.of("upgrade");
    private static final byte[] TRAILER_TEXT = Octets.of("trailer");
    private static final byte[] FORWARDED_TEXT = Octets.of("forwarded");
    private static final byte[] CONNECTION_TEXT = Octets.of("connection");
    private static final byte[] KEEP_ALIVE_TEXT = Octets.of("keep-alive");
    private static final byte[] X_REQUEST_ID_TEXT = Octets.of("x-request-id");
    private static final byte[] CONTENT_LENGTH_TEXT = Octets.of("content-length");
    private static final byte[] X_FORWARDED_FOR_TEXT = Octets.of("x-forwarded-for");
    private static final byte[] PROXY_CONNECTION_TEXT = Octets.of("proxy-connection");
    private static final byte[] X_FORWARDED_HOST_TEXT = Octets.of("x-forwarded-host");
    private static final byte[] TRANSFER_ENCODING_TEXT = Octets.of("transfer-encoding");
    private static final byte[] X_FORWARDED_PROTO_TEXT = Octets.of("x-forwarded-proto");
    private static final byte[] PROXY_AUTHENTICATE_TEXT = Octets.of("proxy-authenticate");
    private static final byte[] PROXY_AUTHORIZATION_TEXT = Octets.of("proxy-authorization");

    private FieldName() {}

    static int of(byte[] bytes, int from, int to) {
        return switch (to - from) {
            case 2 -> either(bytes, from, to, TE_TEXT, TE);
            case 3 -> either(bytes, from, to, VIA_TEXT, VIA);
            case 4 -> either(bytes, from, to, HOST_TEXT, HOST);
            case 6 -> either(bytes, from, to, EXPECT_TEXT, EXPECT);
            case 7 -> either(bytes, from, to, UPGRADE_TEXT, UPGRADE, TRAILER_TEXT, TRAILER);
            case 9 -> either(bytes, from, to, FORWARDED_TEXT, FORWARDED);
            case 10 ->
                    either(
                            bytes,
                            from,
                            to,
                            CONNECTION_TEXT,
                            CONNECTION,
                            KEEP_ALIVE_TEXT,
                            KEEP_ALIVE);
            case 12 -> either(bytes, from, to, X_REQUEST_ID_TEXT, X_REQUEST_ID);
            case 14 -> either(bytes, from, to, CONTENT_LENGTH_TEXT, CONTENT_LENGTH);
            case 15 -> either(bytes, from, to, X_FORWARDED_FOR_TEXT, X_FORWARDED_FOR);
            case 16 ->
                    either(
                            bytes,
                            from,
                            to,
                            PROXY_CONNECTION_TEXT,
                            PROXY_CONNECTION,
                            X_FORWARDED_HOST_TEXT,
                            X_FORWARDED_HOST);
            case 17 ->
                    either(
                            bytes,
                            from,
                            to,
                            TRANSFER_ENCODING_TEXT,
                            TRANSFER_ENCODING,
                            X_FORWARDED_PROTO_TEXT,
                            X_FORWARDED_PROTO);
            case 18 -> either(bytes, from, to, PROXY_AUTHENTICATE_TEXT, PROXY_AUTHENTICATE);
            case 19 -> either(bytes, from, to, PROXY_AUTHORIZATION_TEXT, PROXY_AUTHORIZATION);
            default -> OTHER;
        };
    }

    private static int either(byte[] bytes, int from, int to, byte[] text, int name) {
        return Octets.equalInAnyCase(bytes, from, to, text) ? name : OTHER;
    }

    private static int either(
            byte[] bytes, int from, int to, byte[] one, int oneName, byte[] other, int otherName) {
        return Octets.equalInAnyCase(bytes, from, to, one)
                ? oneName
                : either(bytes, from, to, other, otherName);
    }
}
