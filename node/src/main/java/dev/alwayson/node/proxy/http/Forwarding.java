package dev.alwayson.node.proxy.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * What a request is told about the connection it came by, prepared once for each connection.
 * Immutable.
 */
public final class Forwarding {

    private static final byte[] COMMA = Octets.of(", ");
    private static final byte[] PLAIN = Octets.of("X-Forwarded-Proto: http\r\n");
    private static final byte[] SECURE = Octets.of("X-Forwarded-Proto: https\r\n");

    final boolean trusted;

    /** Whole lines: X-Forwarded-For, X-Forwarded-Proto. */
    final byte[] addressAndScheme;

    final byte[] scheme;
    final byte[] address;
    final byte[] authority;

    private Forwarding(boolean trusted, byte[] scheme, String address, String authority) {
        this.trusted = trusted;
        this.scheme = scheme;
        this.address = Octets.of(address);
        this.authority = Octets.of(authority);
        byte[] first = Octets.of("X-Forwarded-For: " + address + "\r\n");
        this.addressAndScheme = Arrays.copyOf(first, first.length + scheme.length);
        System.arraycopy(scheme, 0, addressAndScheme, first.length, scheme.length);
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
                trusted, secure ? SECURE : PLAIN, NetUtil.toAddressString(peer), authority);
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
