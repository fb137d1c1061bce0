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

    /** Why there is no address, as it was told last. */
    private @Nullable String unresolved;

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

    /**
     * Gives it an address.
     *
     * @return whether it was told that there is none
     */
    synchronized boolean resolve(InetSocketAddress address) {
        boolean news = unresolved != null;
        unresolved = null;
        resolved = address;
        return news;
    }

    /**
     * Notes why the name does not resolve.
     *
     * @param why empty if that is not known
     * @return whether that is to be told: it has no address, and was told neither with this reason
     *     nor, if there is none, at all
     */
    synchronized boolean unresolved(String why) {
        boolean told = unresolved != null && (why.isEmpty() || why.equals(unresolved));
        boolean news = resolved == null && !told;
        if (news) {
            unresolved = why;
        }
        return news;
    }
}
