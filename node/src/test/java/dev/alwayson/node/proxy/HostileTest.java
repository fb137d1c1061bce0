package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.ServerState;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients and servers that do what they should not, or stop doing anything. */
class HostileTest {

    @Test
    void aServerThatFreezesInTheMiddleOfAnUploadIsTimedOut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer frozen = RawServer.of(peer -> over.await());
                Rig rig =
                        Rig.of(
                                b ->
                                        Settings.timeouts(
                                                b,
                                                Duration.ofSeconds(1),
                                                Duration.ofMillis(500),
                                                Duration.ofMillis(200),
                                                Duration.ofSeconds(5)),
                                frozen)) {
            try (RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
                Thread upload = Thread.ofVirtual().start(() -> fill(client));
                assertThat(client.response().status()).isEqualTo(504);
                client.socket.close();
                upload.join();
            }
            rig.assertNothingLeft();
            over.countDown();
        }
    }

    private static void fill(RawClient client) {
        String block = "x".repeat(1 << 16);
        try {
            while (true) {
                client.send(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken|closed).*");
        }
    }

    @Test
    void whoIsRefusedAndLeavesIsNotWaitedFor() throws Exception {
        try (RawServer server = RawServer.answering("never");
                Rig rig = Rig.of(server)) {
            long began = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                try (RawClient client = rig.client()) {
                    client.send("nonsense\r\n\r\nand more");
                    assertThat(client.response().status()).isEqualTo(400);
                    assertThat(client.closed()).isTrue();
                }
                rig.assertNothingLeft();
            }
            // Each would be waited for 2 s.
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(15));
        }
    }

    @Test
    void aClientThatPipelinesAndNeverReadsIsBounded() throws Exception {
        try (RawServer server = RawServer.answering("x".repeat(1000));
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                client.socket.setSoTimeout(100);
                Thread sender =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        for (int i = 0; i < 200_000; i++) {
                                            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                                        }
                                    } catch (IOException e) {
                                        assertThat(e).isNotNull();
                                    }
                                });
                int before = -1;
                while (before != server.heads().size()) {
                    before = server.heads().size();
                    pause(client);
                }
                assertThat(pinned(rig)).isLessThan(16L << 20);
                client.socket.close();
                sender.join();
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aClientThatPipelinesFasterThanItIsAnsweredIsBounded() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                        });
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                String many = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(4000);
                Thread sender =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        for (int i = 0; i < 2000; i++) {
                                            client.send(many);
                                        }
                                    } catch (IOException e) {
                                        assertThat(e).isNotNull();
                                    }
                                });
                for (int i = 0; i < 2000; i++) {
                    assertThat(client.response().status()).isEqualTo(204);
                    assertThat(pinned(rig)).isLessThan(16L << 20);
                }
                client.socket.close();
                sender.join();
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoIsFarAheadIsReadAgainForTheBodyOfALaterRequest() throws Exception {
        int ahead = 5000;
        int length = 400_000;
        RawServer.Script script =
                peer -> {
                    for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                        peer.in.skipNBytes(head.startsWith("POST") ? length : 0);
                        peer.answer("taken");
                    }
                };
        try (RawServer server = RawServer.of(script);
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            String get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
            String post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(get.repeat(ahead) + post + "x".repeat(length));
                                    client.send(get);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            for (int i = 0; i < ahead + 2; i++) {
                assertThat(client.response().body()).isEqualTo("taken");
            }
            sender.join();
        }
    }

    /** Waits without reading, for a loop that looks again until nothing changes any more. */
    private static void pause(RawClient client) throws InterruptedException {
        new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
        assertThat(client.socket.isClosed()).isFalse();
    }

    private static long pinned(Rig rig) {
        return ((PooledByteBufAllocator) rig.proxy.allocator()).pinnedDirectMemory();
    }

    @Test
    void aHeldBodyOfTinyChunksCostsLittleMoreThanItsOctets() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        String body = "1\r\nx\r\n".repeat(8_000) + "0\r\n\r\n";
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.note(peer.body(body.length()));
                            there.countDown();
                            over.await();
                            peer.answer("all of it");
                        });
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                client.send(
                        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                there.await();
                assertThat(rig.proxy.connections.heldBuffers.get()).isBetween(10, 20);
                over.countDown();
                assertThat(client.response().body()).isEqualTo("all of it");
            }
            assertThat(server.heads().getLast()).isEqualTo(body);
            rig.assertNothingLeft();
        }
    }

    @Test
    void aServerThatSendsInterimResponsesWithoutEndIsBounded() throws Exception {
        CountDownLatch flowing = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            String hint = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
                            String many = hint.repeat(1000);
                            while (true) {
                                peer.send(many);
                                flowing.countDown();
                            }
                        });
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                flowing.await();
                long before = -1;
                while (before != pinned(rig)) {
                    before = pinned(rig);
                    pause(client);
                }
                assertThat(before).isLessThan(16L << 20);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whatFollowsAResponseAtAReadBoundaryReachesNobody() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        int length = 2048 - head.length() - 4 - 4;
        String first = head + length + "\r\n\r\n" + "g".repeat(length);
        assertThat(first).hasSize(2048);
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(
                                    first
                                            + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
                                            + "EVIL");
                            peer.head();
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            String request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
            client.send(request + request);
            assertThat(client.response().body()).startsWith("ggg");
            assertThat(client.response().body()).startsWith("ggg");
        }
    }

    @Test
    void aResetInABodyWithoutLengthIsNotTakenForItsEnd() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\n\r\npartial");
                            // Let the part arrive before the reset overtakes it.
                            peer.socket.setSoTimeout(200);
                            try {
                                peer.head();
                            } catch (SocketTimeoutException e) {
                                peer.socket.setSoLinger(true, 0);
                            }
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(rest(client)).doesNotContain("0\r\n\r\n");
        }
    }

    private static String rest(RawClient client) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            int octet = client.in.read();
            while (octet >= 0) {
                text.append((char) octet);
                octet = client.in.read();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return text.toString();
    }

    @Test
    void tunnelsThatEndInAnyOrderAreClosed() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            int size = peer.in.read() << 14;
                            peer.out.write(new byte[size]);
                            peer.socket.shutdownOutput();
                            peer.in.readAllBytes();
                        });
                Rig rig = Rig.of(server).frontend(Settings::tcp).load()) {
            for (int size = 1; size < 120; size += 3) {
                try (RawClient client = rig.client()) {
                    client.send(String.valueOf((char) size));
                    client.socket.shutdownOutput();
                    assertThat(client.in.readAllBytes()).hasSize(size << 14);
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aDrainedServerThatGoesDownGivesItsRequestsBackToo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch working = new CountDownLatch(1);
        try (RawServer frozen =
                        RawServer.of(peer -> {
                            peer.head();
                            working.countDown();
                            over.await();
                        });
                RawServer alive = RawServer.answering("alive");
                Rig rig = Rig.of(Settings::checked, frozen, alive)) {
            rig.health(frozen.address(), true);
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                working.await();
                rig.health(alive.address(), true)
                        .state("s1", ServerState.DRAIN)
                        .health(frozen.address(), false);
                assertThat(client.response().body()).isEqualTo("alive");
            }
            over.countDown();
            rig.assertNothingLeft();
        }
    }
}
