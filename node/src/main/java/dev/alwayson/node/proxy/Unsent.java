package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** What waits in a channel for its peer to take it. By the channel's event loop. */
final class Unsent {

    private Unsent() {}

    /** In octets; 0 for a closed channel. */
    static long bytes(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }
}
