package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Socket addresses as text, in the form of the configuration file. */
final class Addresses {

    private Addresses() {}

    static String text(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        String host = resolved == null ? address.getHostString() : resolved.getHostAddress();
        return new HostAndPort(host, address.getPort()).toString();
    }
}
