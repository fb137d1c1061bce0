package dev.alwayson.node.proxy.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * What a request is told about the connection it came by, prepared once for each connection.
 * Immutable.
 */
public final class Forwarding {

    private static final byte[] COMMA = Octets.of(", ");

    final boolean trusted;

    /** Whole lines: X-Forwarded-For, X-Forwarded-Proto. */
    final byte[] addressAndScheme;

    final byte[] scheme;
    final byte[] address;
    final byte[] authority;

    private Forwarding(boolean trusted, String scheme, String address, String authority) {
        this.trusted = trusted;
        this.scheme = Octets.of("X-Forwarded-Proto: " + scheme + "\r\n");
        this.address = Octets.of(address);
        this.authority = Octets.of(authority);
        this.addressAndScheme =
                Octets.of(
                        "X-Forwarded-For: "
                                + address
                                + "\r\nX-Forwarded-Proto: "
                                + scheme
                                + "\r\n");
    }

    /**
     * @param peer whoever connected
     * @param secure whether by TLS
     * @param trusted whether the peer is a trusted proxy, whose forwarding headers are kept
     * @param authority the Host for requests of HTTP/1.0 that name none: the address and port that
     *     were connected to
     */
    public static Forwarding of(
            InetAddress peer, boolean secure, boolean trusted, String authority) {
        return new Forwarding(
                trusted, secure ? "https" : "http", NetUtil.toAddressString(peer), authority);
    }

    /** Whether the peer is a trusted proxy. */
    public boolean trusted() {
        return trusted;
    }

    /** The text of the peer's address; not to be written. */
    public byte[] address() {
        return address;
    }

    static void putComma(OutgoingHead out) {
        out.put(COMMA);
    }
}
