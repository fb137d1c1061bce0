package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server of the demo, asked by the demo's client. */
class DemoServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private DemoServer server;

    @BeforeEach
    void start() throws IOException {
        server = DemoServer.start("web1", 0);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        server.serve();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private HttpAnswer ask(String method, String path, String body) throws IOException {
        return HttpConnection.once(server.port(), PATIENCE, method, path, body);
    }

    @Test
    void saysItsNameToEveryRequest() throws IOException {
        HttpAnswer answer = ask("PUT", "/item/7", "an order");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("server", "web1");
        assertThat(answer.body()).isEqualTo("web1 is well\n");
    }

    @Test
    void keepsTheConnectionUntilItIsToldToClose() throws IOException {
        try (HttpConnection connection = HttpConnection.open(server.port(), PATIENCE)) {
            assertThat(connection.send("GET", "/a", "", true).keepAlive()).isTrue();
            assertThat(connection.send("PUT", "/b", "body", true).keepAlive()).isTrue();
            assertThat(connection.send("GET", "/c", "", false).keepAlive()).isFalse();
        }
    }

    @Test
    void anAilmentShowsInEveryAnswerAlsoInItsHealthUntilItIsTakenBack() throws IOException {
        assertThat(ask("POST", "/ailment/errors", "").status()).isEqualTo(200);
        assertThat(ask("GET", "/", "").status()).isEqualTo(500);
        assertThat(ask("GET", "/health", "").status()).isEqualTo(500);

        assertThat(ask("POST", "/ailment/none", "").status()).isEqualTo(200);
        assertThat(ask("GET", "/health", "").status()).isEqualTo(200);
    }

    @Test
    void aSlowServerAnswersThatMuchLater() throws IOException {
        ask("POST", "/ailment/slow-300ms", "");
        long began = System.nanoTime();

        assertThat(ask("GET", "/", "").status()).isEqualTo(200);

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void anUnknownAilmentIsRefusedWithWhatThereIs() throws IOException {
        HttpAnswer answer = ask("POST", "/ailment/flu", "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("flu").contains("none, errors or slow");
    }
}
