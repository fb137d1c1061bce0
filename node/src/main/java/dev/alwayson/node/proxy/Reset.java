package dev.alwayson.node.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;

/** Closes a connection so that its peer can tell that what it got is not all (RST, not FIN). */
final class Reset {

    private Reset() {}

    static void close(Channel channel) {
        if (channel.isOpen()) { // A closed one takes no options.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    /** The same for one that was accepted and that no event loop has yet. */
    static void closeNew(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().closeForcibly();
    }
}
