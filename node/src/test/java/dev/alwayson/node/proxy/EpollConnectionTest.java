package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections, apart from what the proxy makes of them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollConnectionTest {

    /** Another thread may take the number meanwhile, or the events come in two rounds. */
    private static final int ROUNDS = 20;

    private MultiThreadIoEventLoopGroup loops;
    private EventLoop loop;
    private ServerSocket listener;
    private final List<Throwable> caught = new ArrayList<>();

    @BeforeEach
    void oneLoop() throws IOException {
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        loop = loops.next();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        listener.close();
    }

    /** Catches what goes wrong; when it reads something, does this. */
    private final class Reading extends ChannelInboundHandlerAdapter {
        private final Runnable then;

        Reading(Runnable then) {
            this.then = then;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            then.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            caught.add(cause);
        }
    }

    private ChannelFuture connect(Runnable then) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(EpollConnection::new)
                .handler(new Reading(then))
                .connect(listener.getLocalSocketAddress());
    }

    @Test
    void aLateEventOfAClosedSocketDoesNotReachTheNewOneOfItsNumber() throws Exception {
        int sameNumber = 0;
        for (int round = 0; round < ROUNDS; round++) {
            sameNumber += closeOneAndOpenAnotherWithinARound() ? 1 : 0;
            assertThat(caught).isEmpty();
        }
        assertThat(sameNumber).as("how often the kernel gave the number again").isPositive();
    }

    /**
     * Both read within the same round of events; the first then closes the second and opens a
     * third.
     *
     * @return whether the third has the number of the second
     */
    private boolean closeOneAndOpenAnotherWithinARound() throws Exception {
        CompletableFuture<ChannelFuture> third = new CompletableFuture<>();
        ChannelFuture[] second = new ChannelFuture[1];
        ChannelFuture first =
                connect(() -> {
                    second[0].channel().close();
                    third.complete(connect(() -> {}));
                });
        try (Socket firstPeer = listener.accept()) {
            second[0] = connect(() -> {});
            try (Socket secondPeer = listener.accept()) {
                assertThat(first.await().isSuccess()).isTrue();
                assertThat(second[0].await().isSuccess()).isTrue();
                int number = ((EpollConnection) second[0].channel()).socket().intValue();
                CountDownLatch bothSent = new CountDownLatch(1);
                loop.execute(() -> awaitQuietly(bothSent));
                firstPeer.getOutputStream().write(1);
                secondPeer.getOutputStream().write(1);
                bothSent.countDown();

                ChannelFuture opened = third.get(20, TimeUnit.SECONDS);
                assertThat(opened.await().isSuccess()).as("connected: %s", caught).isTrue();
                listener.accept().close();
                return ((EpollConnection) opened.channel()).socket().intValue() == number;
            }
        }
    }

    @Test
    void oneThatIsAcceptedInheritsItsListenersOptions() throws Exception {
        CompletableFuture<List<Boolean>> found = new CompletableFuture<>();
        Channel listening =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollListener(SocketProtocolFamily.INET))
                        .handler(
                                new ChannelInboundHandlerAdapter() {
                                    @Override
                                    public void channelRead(
                                            ChannelHandlerContext context, Object accepted)
                                            throws IOException {
                                        EpollConnection connection = (EpollConnection) accepted;
                                        found.complete(
                                                List.of(
                                                        connection.socket().isTcpNoDelay(),
                                                        connection.socket().isKeepAlive()));
                                        connection.unsafe().closeForcibly();
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            assertThat(found.get(20, TimeUnit.SECONDS)).containsExactly(true, true);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whatASocketWaitsForIsKnownAfterItsEvent() throws Exception {
        Semaphore read = new Semaphore(0);
        ChannelFuture[] connected = new ChannelFuture[1];
        boolean[] on = {true};
        connected[0] =
                connect(() -> {
                    connected[0].channel().config().setAutoRead(false);
                    connected[0].channel().config().setAutoRead(on[0]);
                    read.release();
                });
        try (Socket peer = listener.accept()) {
            assertThat(connected[0].await().isSuccess()).isTrue();
            for (int i = 0; i < 3; i++) {
                peer.getOutputStream().write(1);
                assertThat(read.tryAcquire(20, TimeUnit.SECONDS)).as("read on").isTrue();
            }
            loop.submit(() -> on[0] = false).await();
            peer.getOutputStream().write(1);
            assertThat(read.tryAcquire(20, TimeUnit.SECONDS)).as("the last before").isTrue();
            peer.getOutputStream().write(1);
            for (int i = 0; i < 3; i++) { // In each round it would be told that it can read.
                loop.submit(() -> {}).await();
            }
            assertThat(read.tryAcquire()).as("read while off").isFalse();
            loop.submit(() -> connected[0].channel().config().setAutoRead(true)).await();
            assertThat(read.tryAcquire(20, TimeUnit.SECONDS)).as("read on again").isTrue();
            assertThat(caught).isEmpty();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
