package dev.alwayson.node.proxy;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many connections are accepted before the loop serves others again: as many as wait, if the
 * kernel tells, at most as many as were answered since the round before. So newcomers get their
 * share of a busy loop, and a flood that asks for nothing gets no more than that. Accepting until
 * none is left takes one more call, which costs as much as the others: Linux makes the new socket
 * before it looks whether there is one.
 *
 * <p>Source: tcp(7), TCP_INFO; {@code tcp_get_info} in net/ipv4/tcp.c: for a socket that listens,
 * tcpi_unacked is what waits to be accepted.
 */
final class AcceptQueue extends DefaultMaxMessagesRecvByteBufAllocator {

    /** Connections accepted in a round at least, if so many wait: also where nobody is answered. */
    private static final int LEAST = 32;

    /** Connections accepted in a round, at most. */
    private static final int MOST = 256;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int UNACKED = 24;
    private static final RawUnixChannelOption INFO =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, UNACKED + Integer.BYTES);

    /** A connection that is accepted takes no buffer; Netty asks for a size all the same. */
    private static final int NO_BUFFER = 1;

    private final LongSupplier answers;

    /**
     * @param answers {@link Worker#answers} of the loop
     */
    AcceptQueue(LongSupplier answers) {
        this.answers = answers;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's type of a handle.
    public Handle newHandle() {
        return new Round();
    }

    /** One reading of the listening socket after the other, on its loop. */
    private final class Round extends MaxMessageHandle {

        private @Nullable ChannelConfig listening;
        private long seen = answers.getAsLong();
        private int left;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            listening = config;
            long before = seen;
            seen = answers.getAsLong();
            left = Math.min(Math.clamp(seen - before, LEAST, MOST), waiting(config));
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            left--;
            return left > 0 && listening != null && listening.isAutoRead();
        }

        @Override
        public int guess() {
            return NO_BUFFER;
        }
    }

    /** Where the kernel does not tell, more than are accepted in a round. */
    static int waiting(ChannelConfig listening) {
        try {
            ByteBuffer info = listening.getOption(INFO);
            return info == null
                    ? Integer.MAX_VALUE
                    : info.order(ByteOrder.nativeOrder()).getInt(UNACKED);
        } catch (ChannelException e) {
            return Integer.MAX_VALUE; // It is closed meanwhile, which accepting will tell.
        }
    }
}
