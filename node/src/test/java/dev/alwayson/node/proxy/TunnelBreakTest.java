package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A side of a tunnel that breaks does not look as if it had ended, to the other. */
class TunnelBreakTest {

    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n";

    /** So often a write in vain means that nothing is taken any more. */
    private static final int STALLED_TRIES = 100;

    enum Kind {
        TCP,
        WEBSOCKET;

        Rig rig(RawServer server) {
            return Rig.of(server)
                    .frontend(this == TCP ? Settings::tcp : Settings::websocket)
                    .load();
        }

        void open(RawClient client) throws IOException {
            if (this == WEBSOCKET) {
                client.send(
                        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(101);
            }
        }

        void open(RawServer.Peer peer) throws IOException {
            if (this == WEBSOCKET) {
                peer.head();
                peer.send(SWITCHED);
            }
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Also if the client has ended its half. */
    @ParameterizedTest
    @CsvSource({"TCP, false", "TCP, true", "WEBSOCKET, false", "WEBSOCKET, true"})
    void aServerThatResetsInTheMiddleResetsItsClientToo(Kind kind, boolean clientEnds)
            throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            kind.open(peer);
                            peer.in.readNBytes(clientEnds ? Integer.MAX_VALUE : 3);
                            peer.send("half");
                            reset(peer.socket);
                        });
                Rig rig = kind.rig(server)) {
            try (RawClient client = rig.client()) {
                kind.open(client);
                client.send("ask");
                if (clientEnds) {
                    client.socket.shutdownOutput();
                }
                assertThat(new String(client.in.readNBytes(4), US_ASCII)).isEqualTo("half");
                assertReset(client);
            }
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatResetsInTheMiddleOfAnUploadResetsItsServerToo(Kind kind) throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            kind.open(peer);
                            peer.note(peer.body(4));
                            came.countDown();
                            peer.note("then " + peer.in.read());
                        });
                Rig rig = kind.rig(server)) {
            RawClient client = rig.client();
            kind.open(client);
            client.send("half");
            came.await();
            reset(client.socket);
            Rig.eventually("the server is told", () -> server.openConnections() == 0);
            assertThat(server.heads()).endsWith("half", "broken: Connection reset");
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCameRightBeforeTheResetIsPassedOn(Kind kind) throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            kind.open(peer);
                            peer.send("x".repeat(50_000));
                            taken.await();
                            peer.send("y".repeat(1_000));
                            reset(peer.socket);
                        });
                Rig rig = kind.rig(server);
                RawClient client = rig.client()) {
            kind.open(client);
            assertThat(client.in.readNBytes(50_000)).hasSize(50_000);
            taken.countDown();
            assertThat(client.in.readNBytes(1_000)).hasSize(1_000);
            assertReset(client);
        }
    }

    /** Here it is a write that finds out. */
    @Test
    void soItDoesIfMuchIsLeftToWriteToIt() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            stalled.await();
                            reset(peer.socket);
                        });
                Rig rig = Kind.TCP.rig(server);
                SocketChannel client =
                        SocketChannel.open(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), rig.port()))) {
            client.configureBlocking(false);
            for (int tries = 0; tries < STALLED_TRIES; tries++) {
                if (client.write(ByteBuffer.allocate(1 << 16)) > 0) {
                    tries = 0;
                }
                LockSupport.parkNanos(1_000_000);
            }
            stalled.countDown();
            client.configureBlocking(true);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
            rig.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereNothingMovesForTooLongBothAreReset(Kind kind) throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            kind.open(peer);
                            peer.note("then " + peer.in.read());
                        });
                Rig rig =
                        kind.rig(server)
                                .frontend(f -> Settings.tunnel(f, Duration.ofMillis(200)))
                                .load();
                RawClient client = rig.client()) {
            kind.open(client);
            assertReset(client);
            Rig.eventually(
                    "the server is told",
                    () -> server.heads().contains("broken: Connection reset"));
            rig.assertNothingLeft();
        }
    }

    /** Whose stream had its end gave all it had: a reset after that cuts nothing of it. */
    @ParameterizedTest
    @EnumSource
    void aServerThatBreaksAfterItsEndHasEnded(Kind kind) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            kind.open(peer);
                            peer.send("whole");
                            peer.socket.shutdownOutput();
                            ended.await();
                            reset(peer.socket);
                            gone.countDown();
                        });
                Rig rig = kind.rig(server);
                RawClient client = rig.client()) {
            kind.open(client);
            assertThat(new String(client.in.readAllBytes(), US_ASCII)).isEqualTo("whole");
            ended.countDown();
            gone.await();
            client.send("more");
            rig.assertNothingLeft();
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }

    private static void assertReset(RawClient client) {
        assertThatThrownBy(client.in::read)
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }
}
