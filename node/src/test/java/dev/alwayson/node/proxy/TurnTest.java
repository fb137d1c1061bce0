package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.Backend;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whose turn it is while a request is not complete: only who has to act can be too late. */
class TurnTest {

    private static final Duration IDLE = Duration.ofMillis(500);
    private static final String EXPECTING =
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";

    private static Rig impatient(Rig rig) {
        return rig.frontend(f -> Settings.timeouts(f, Duration.ofSeconds(10), IDLE)).load();
    }

    private static Backend slowTry(Backend b, Duration attempt) {
        Duration longer = Duration.ofSeconds(20);
        return Settings.timeouts(b, longer, longer, attempt, longer);
    }

    private static RawServer continuing() throws Exception {
        return RawServer.of(peer -> {
            while (!peer.head().isEmpty()) {
                peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                peer.answer(peer.body(4));
            }
        });
    }

    /** Takes requests and is silent. */
    private static RawServer frozen() throws Exception {
        return RawServer.of(peer -> peer.in.transferTo(java.io.OutputStream.nullOutputStream()));
    }

    @Test
    void aServerThatDoesNotSayContinueIsSlowAndAnotherIsAsked() throws Exception {
        try (RawServer frozen = frozen();
                RawServer alive = continuing();
                Rig rig =
                        impatient(Rig.of(b -> slowTry(b, Duration.ofSeconds(1)), frozen, alive))) {
            for (int i = 0; i < 2; i++) {
                try (RawClient client = rig.client()) {
                    client.send(EXPECTING);
                    assertThat(client.response().status()).isEqualTo(100);
                    assertThat(client.send("data").response().body()).isEqualTo("data");
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aClientThatWasToldToContinueAndDoesNotIsTooLate() throws Exception {
        try (RawServer server = continuing();
                Rig rig = impatient(Rig.of(server));
                RawClient client = rig.client()) {
            client.send(EXPECTING);
            assertThat(client.response().status()).isEqualTo(100);
            assertThat(client.response().status()).isEqualTo(408);
        }
    }

    @Test
    void theTimeInTheQueueIsNotTheClients() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer server =
                        RawServer.of(peer -> {
                            String head = peer.head();
                            while (!head.isEmpty()) {
                                if (head.startsWith("GET")) {
                                    came.countDown();
                                    go.await();
                                    peer.answer("done");
                                } else {
                                    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                                    peer.answer(peer.body(4));
                                }
                                head = peer.head();
                            }
                        });
                Rig rig =
                        impatient(
                                Rig.of(
                                        b ->
                                                Settings.servers(
                                                        b, s -> Settings.maxConnections(s, 1)),
                                        server));
                RawClient first = rig.client();
                RawClient waits = rig.client()) {
            first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            came.await();
            waits.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nda");
            Rig.eventually("it waits", () -> rig.proxy.queued("app") == 1);
            assertThat(go.await(2 * IDLE.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
            go.countDown();
            assertThat(first.response().body()).isEqualTo("done");
            assertThat(waits.response().status()).isEqualTo(100);
            waits.socket.setSoTimeout((int) IDLE.toMillis() / 5);
            assertThatThrownBy(waits.in::read).isInstanceOf(SocketTimeoutException.class);
            waits.socket.setSoTimeout(30_000);
            assertThat(waits.send("ta").response().body()).isEqualTo("data");
        }
    }

    @Test
    void aResponseThatFlowsIsNotCutForARequestThatRests() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer early =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n");
                            for (int i = 0; i < 30; i++) {
                                assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
                                peer.send("x");
                            }
                        });
                Rig rig = impatient(Rig.of(early))) {
            try (RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nd");
                assertThat(client.response().body()).isEqualTo("x".repeat(30));
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void aResponseThatWaitsForTheRestOfItsRequestIsNotCut() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Duration second = Duration.ofSeconds(1);
        try (RawServer early =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
                            peer.send(peer.body(20));
                        });
                Rig rig =
                        Rig.of(b -> Settings.timeouts(b, second, second, second, second), early)) {
            try (RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n");
                for (int i = 0; i < 20; i++) {
                    client.send("x");
                    assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
                }
                assertThat(client.response().body()).isEqualTo("x".repeat(20));
            }
            rig.assertNothingLeft();
        }
    }
}
