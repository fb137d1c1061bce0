package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The load counts what became of each request, and forgives nothing. */
class LoadTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Tally tally = new Tally();

    @Test
    void aHealthyServerAnswersAll() throws IOException, InterruptedException {
        try (DemoServer server = DemoServer.start("web1", 0)) {
            serve(server);
            try (Load load = new Load(server.port(), 200, tally)) {
                await(() -> tally.totals().answered() >= 50);
                load.stop();

                assertThat(load.awaitAnswers(LIMIT)).isTrue();
            }
            assertThat(tally.totals().failed()).isZero();
            assertThat(tally.totals().cut()).isZero();
            assertThat(tally.totals().byServer()).containsOnlyKeys("web1");
            assertThat(tally.takeRecent().getTotalCount()).isEqualTo(tally.totals().answered());
        }
    }

    @Test
    void anotherStatusThan200IsAFailure() throws IOException, InterruptedException {
        try (Answering server =
                        new Answering(
                                "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                Load load = new Load(server.port(), 100, tally)) {
            await(() -> tally.totals().failed() >= 5);
            load.stop();

            assertThat(load.awaitAnswers(LIMIT)).isTrue();
        }
        assertThat(tally.totals().answered()).isZero();
        assertThat(tally.failures()).allMatch(failure -> failure.contains("500"));
    }

    @Test
    void aConnectionThatClosesWithoutAnAnswerIsAFailure() throws IOException, InterruptedException {
        try (Answering server = new Answering("");
                Load load = new Load(server.port(), 100, tally)) {
            await(() -> tally.totals().failed() >= 5);
            load.stop();

            assertThat(load.awaitAnswers(LIMIT)).isTrue();
        }
        assertThat(tally.totals().cut()).isZero();
    }

    @Test
    void anAnswerThatBreaksOffIsCountedApart() throws IOException, InterruptedException {
        try (Answering server = new Answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                Load load = new Load(server.port(), 100, tally)) {
            await(() -> tally.totals().cut() >= 5);
            load.stop();

            assertThat(load.awaitAnswers(LIMIT)).isTrue();
        }
        assertThat(tally.totals().failed()).isZero();
        assertThat(tally.totals().answered()).isZero();
    }

    private static void serve(DemoServer server) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        server.serve();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Reads a request's head, answers always the same, and closes. */
    private static final class Answering implements AutoCloseable {

        private final ServerSocket listener =
                new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final byte[] answer;

        Answering(String answer) throws IOException {
            this.answer = answer.getBytes(StandardCharsets.US_ASCII);
            Thread.ofPlatform().daemon().start(this::serve);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    DemoRequest.read(socket.getInputStream());
                    socket.getOutputStream().write(answer);
                } catch (IOException e) {
                    if (!listener.isClosed() && !(e instanceof java.net.SocketException)) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
