package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is: its host and port, and for a name what it resolved to last. One for each host
 * and port, kept fresh by {@link Names}. Safe for use by any thread.
 */
final class ServerAddress {

    final HostAndPort hostAndPort;
    private final byte[] bytes;
    private volatile @Nullable InetSocketAddress resolved;

    ServerAddress(HostAndPort hostAndPort) {
        this.hostAndPort = hostAndPort;
        this.bytes = hostAndPort.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Host and port as a URI has them; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Null while the name has never resolved. */
    @Nullable InetSocketAddress resolved() {
        return resolved;
    }

    void resolve(InetSocketAddress address) {
        resolved = address;
    }
}
