package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.WhenDown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients still get of a frontend that goes away. */
class ClientDrainTest {

    /** More than the kernel takes for a client that does not read. */
    private static final int LARGE = 16 << 20;

    /** Longer than a connection without a request is left to a client that may send one. */
    private static final int LONG_MILLIS = 1500;

    @Test
    void anAnswerThatItsClientTakesLateIsNotCut(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("sorry.html"), "x".repeat(LARGE));
        WhenDown down = new WhenDown(503, Optional.of(page), Optional.empty());
        try (RawServer dead = RawServer.answering("never");
                Rig rig = Rig.of(b -> Settings.whenDown(b, down), dead)) {
            dead.kill();
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                client.head();
                rig.withoutFrontend().load();
                CountDownLatch never = new CountDownLatch(1);
                assertThat(never.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
                assertThat(client.in.readNBytes(LARGE)).hasSize(LARGE);
                assertThat(client.closed()).isTrue();
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoWasPromisedTheConnectionCanAskOnceMore() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                            go.await();
                            peer.send("first");
                            peer.head();
                            peer.answer("second");
                        });
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.head()).doesNotContain("close");
                rig.withoutFrontend().load();
                go.countDown();
                assertThat(client.in.readNBytes(5)).asString().isEqualTo("first");
                RawClient.Response last = client.get("/");
                assertThat(last.body()).isEqualTo("second");
                assertThat(last.header("Connection")).isEqualTo("close");
                assertThat(client.closed()).isTrue();
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aBodyWithoutLengthThatIsCutDoesNotLookComplete() throws Exception {
        try (RawServer server =
                RawServer.of(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\n\r\npart");
                    peer.head();
                })) {
            RawClient client;
            try (Rig rig = Rig.of(server)) {
                client = rig.client().send("GET / HTTP/1.0\r\n\r\n");
                client.head();
                assertThat(client.in.readNBytes(4)).asString().isEqualTo("part");
            }
            try (client) {
                assertThatThrownBy(client.in::read).hasMessageContaining("reset");
            }
        }
    }
}
