package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Hash;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * What limits take for one client: an IPv4 address, or a /64 network of IPv6, of which whoever has
 * one address has them all (RFC 4291 §2.5.4).
 */
final class ClientNetwork {

    private static final int PREFIX_BYTES = 8;

    private ClientNetwork() {}

    static long hash(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Hash.of(bytes.length > PREFIX_BYTES ? Arrays.copyOf(bytes, PREFIX_BYTES) : bytes);
    }
}
