package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection ends whose client has had its answer. */
class ClientEndTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n"
            })
    void itsEndComesWithTheLastOctetsAndNotInASegmentOfItsOwn(String request) throws Exception {
        try (RawServer server = RawServer.answering("done");
                Rig rig = Rig.of(server)) {
            for (int i = 0; i < 200; i++) {
                assertThat(readAtOnce(rig, request))
                        .as("after the octets, in try %d", i)
                        .isEqualTo(-1);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void anAnswerOfManySegmentsIsWhole() throws Exception {
        String body = "x".repeat(300_000);
        try (RawServer server = RawServer.answering(body);
                Rig rig = Rig.of(server)) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = rig.client()) {
                    client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                    assertThat(client.response().body()).isEqualTo(body);
                    assertThat(client.in.read()).isEqualTo(-1);
                }
            }
            rig.assertNothingLeft();
        }
    }

    /** What the kernel holds unread when a connection is closed makes it reset the connection. */
    @Test
    void anAnswerIsNotLostToWhatTheClientSendsMeanwhile() throws Exception {
        BlockingQueue<RawClient> asking = new ArrayBlockingQueue<>(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                peer.answer("done");
                                asking.take().send("\r\n");
                            }
                        });
                Rig rig = Rig.of(server)) {
            for (int i = 0; i < 200; i++) {
                try (RawClient client = rig.client()) {
                    asking.put(client);
                    client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                    assertThat(client.response().body()).as("in try %d", i).isEqualTo("done");
                }
            }
            rig.assertNothingLeft();
        }
    }

    /** What a read says right after the one that brought the first octets; 0 is: nothing yet. */
    private static int readAtOnce(Rig rig, String request) throws IOException {
        try (SocketChannel client =
                SocketChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.port()))) {
            client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
            client.configureBlocking(false);
            ByteBuffer in = ByteBuffer.allocate(65536);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int length = 0;
            while (length == 0) {
                assertThat(System.nanoTime()).as("waits for an answer").isLessThan(deadline);
                length = client.read(in);
                if (length > 0) {
                    return client.read(in);
                }
            }
            return length;
        }
    }
}
