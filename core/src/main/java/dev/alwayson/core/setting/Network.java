package dev.alwayson.core.setting;

import java.net.InetAddress;
import java.util.List;

/**
 * A range of addresses in CIDR form (RFC 4632), {@code 10.0.0.0/8} or {@code fd00::/8}; a single
 * address stands for itself.
 */
public record Network(InetAddress address, int prefixBits) {

    public static final String RULE =
            "must be a network or an address, as in 10.0.0.0/8, 192.0.2.7 or fd00::/8";

    public Network {
        if (prefixBits < 0 || prefixBits > address.getAddress().length * 8) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #RULE} if the text is not of this form
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new Network(address, address.getAddress().length * 8);
        }
        if (!text.substring(slash + 1).matches("\\d{1,3}")) {
            throw new IllegalArgumentException(RULE);
        }
        return new Network(address, Integer.parseInt(text.substring(slash + 1)));
    }

    /** Whole addresses only: the JDK takes {@code 10} for 0.0.0.10, where people mean 10.0.0.0. */
    private static InetAddress literal(String text) {
        if (!text.contains(":") && !text.matches(HostAndPort.IP_V4)) {
            throw new IllegalArgumentException(RULE);
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit += 8) {
            int mask = prefixBits - bit >= 8 ? 0xff : 0xff << (8 - (prefixBits - bit)) & 0xff;
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of them contains the address. */
    public static boolean anyContains(List<Network> networks, InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixBits;
    }
}
