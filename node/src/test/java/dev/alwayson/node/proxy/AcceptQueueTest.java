package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that connect while nobody accepts, and then are accepted. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcceptQueueTest {

    private final Transport transport = Transport.available();
    private final BlockingQueue<Round> rounds = new LinkedBlockingQueue<>();
    private final List<Socket> clients = new ArrayList<>();
    private MultiThreadIoEventLoopGroup loops;
    private final AtomicInteger answered = new AtomicInteger();
    private Channel listening;

    /**
     * @param found whether the last accept of the round found a connection
     */
    private record Round(int accepted, boolean found) {}

    @BeforeEach
    void listen() throws Exception {
        loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        listening =
                new Bootstrap()
                        .group(loops)
                        .channelFactory(transport.listeners(true))
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, new AcceptQueue(answered::get))
                        .handler(new Accepting())
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
        beginCounting(listening);
    }

    @AfterEach
    void close() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Accepting extends ChannelInboundHandlerAdapter {
        private int accepted;

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            accepted++;
            ((Channel) connection).unsafe().closeForcibly();
        }

        @Override
        @SuppressWarnings("deprecation") // Netty's type of a handle.
        public void channelReadComplete(ChannelHandlerContext context) {
            int last = context.channel().unsafe().recvBufAllocHandle().lastBytesRead();
            rounds.add(new Round(accepted, last != -1));
            accepted = 0;
        }
    }

    /** What was answered before does not count. */
    private static void beginCounting(Channel channel) throws Exception {
        channel.eventLoop().submit(() -> channel.unsafe().recvBufAllocHandle()).get();
    }

    private void connect(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            InetSocketAddress address = (InetSocketAddress) listening.localAddress();
            clients.add(new Socket(address.getAddress(), address.getPort()));
        }
        while (AcceptQueue.waiting(listening.config()) < count) {
            Thread.onSpinWait(); // The kernel puts it there a little later.
        }
        listening.config().setAutoRead(true);
    }

    @Test
    void asManyAreAcceptedAsWaitAndNoneIsLookedForInVain() throws Exception {
        connect(3);
        assertThat(rounds.take()).isEqualTo(new Round(3, true));
    }

    @Test
    void whoeverServesOthersIsNotKeptByAQueueThatIsLong() throws Exception {
        connect(40);
        assertThat(rounds.take()).isEqualTo(new Round(32, true));
        assertThat(rounds.take()).isEqualTo(new Round(8, true));
    }

    @Test
    void aLoopCountsWhomItAnswers() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            for (int i = 0; i < 50; i++) {
                client.get("/");
            }
            assertThat(answered(rig)).isGreaterThanOrEqualTo(50);
        }
    }

    @Test
    void eachListenerOfALoopGoesByWhatThatLoopAnswered() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server)) {
            for (Worker worker : rig.proxy.workers) {
                List<Listener> listeners = List.of(listener(worker), listener(worker));
                for (int i = 0; i < 50; i++) {
                    worker.loop.submit(worker::answered).get();
                }
                for (Listener each : listeners) {
                    listening = each.channels.getFirst();
                    connect(60);
                    assertThat(rounds.take()).isEqualTo(new Round(50, true));
                    assertThat(rounds.take()).isEqualTo(new Round(10, true));
                }
                Listener.close(listeners);
            }
        }
    }

    private Listener listener(Worker worker) throws Exception {
        HostAndPort anyPort = new HostAndPort("127.0.0.1", 0);
        Listener listener = Listener.open(anyPort, "nobody", transport, List.of(worker), List.of());
        Channel channel = listener.channels.getFirst();
        channel.pipeline().addFirst(new Accepting());
        beginCounting(channel);
        return listener;
    }

    private static long answered(Rig rig) throws Exception {
        long all = 0;
        for (Worker worker : rig.proxy.workers) {
            all += worker.loop.submit(worker::answers).get();
        }
        return all;
    }

    @Test
    void newcomersAreAcceptedAsManyAsWereAnswered() throws Exception {
        answered.set(50);
        connect(60);
        assertThat(rounds.take()).isEqualTo(new Round(50, true));
        assertThat(rounds.take()).isEqualTo(new Round(10, true));
    }

    @Test
    void alsoWhoAnsweredManySinceLastDoesNotAcceptThemAll() throws Exception {
        answered.set(Integer.MAX_VALUE);
        connect(280);
        assertThat(rounds.take()).isEqualTo(new Round(256, true));
        assertThat(rounds.take()).isEqualTo(new Round(24, true));
    }
}
