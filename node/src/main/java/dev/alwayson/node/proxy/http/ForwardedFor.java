package dev.alwayson.node.proxy.http;

import dev.alwayson.core.setting.Network;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the client behind trusted proxies. Makes objects: only for where there are such. */
public final class ForwardedFor {

    private static final int MAX_HOPS = 32;

    private ForwardedFor() {}

    /**
     * The address nearest to us that is not a trusted proxy. X-Forwarded-For is read from its end
     * and only as far as everyone who added to it is trusted; what is not an address ends it too.
     *
     * @param peer whoever connected
     */
    public static InetAddress client(RequestHead head, InetAddress peer, List<Network> trusted) {
        InetAddress nearest = peer;
        int hops = 0;
        int[] lines = head.lines;
        for (int row = (head.lineCount() - 1) * MessageHead.ROW; row >= 0; row -= MessageHead.ROW) {
            if (lines[row + MessageHead.NAME_ID] != FieldName.X_FORWARDED_FOR) {
                continue;
            }
            int from = lines[row + MessageHead.VALUE];
            String[] addresses =
                    new String(
                                    head.bytes(),
                                    from,
                                    lines[row + MessageHead.VALUE_TO] - from,
                                    StandardCharsets.ISO_8859_1)
                            .split(",", -1);
            for (int i = addresses.length - 1; i >= 0; i--) {
                if (hops++ == MAX_HOPS || !Network.anyContains(trusted, nearest)) {
                    return nearest;
                }
                InetAddress before = address(addresses[i].strip());
                if (before == null) {
                    return nearest;
                }
                nearest = before;
            }
        }
        return nearest;
    }

    /** Reads an address, also one with a port, as some proxies write them; null if it is none. */
    private static @Nullable InetAddress address(String text) {
        String address = text;
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            address = text.substring(1, text.indexOf(']'));
        } else if (text.indexOf(':') > 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            address = text.substring(0, text.indexOf(':'));
        }
        return NetUtil.createInetAddressFromIpAddressString(address);
    }
}
