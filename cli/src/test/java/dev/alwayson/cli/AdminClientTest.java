package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** For how long a node that is silent is waited for, and what is said of what is no node. */
final class AdminClientTest {

    /** Of its 10 seconds for a change the node tells itself that they were not enough. */
    @Test
    void aQuestionIsGivenUpSoonerThanACommandWhichTheNodeItselfGivesTenSeconds() throws Exception {
        try (AdminClient client = new AdminClient(new HostAndPort("127.0.0.1", 1), "")) {
            assertThat(client.question("/api/v1/status").timeout())
                    .contains(Duration.ofSeconds(10));
            assertThat(client.command("/api/v1/reload").timeout()).contains(Duration.ofSeconds(30));
        }
    }

    @Test
    void aProgramThatSpeaksSomethingElseIsNoNode() throws Exception {
        assertThat(whyUnreachable("GET /api/v1/status HTTP/1.1\r\n\r\n"))
                .contains("(what answers there is not Always On)");
        assertThat(whyUnreachable("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
                .contains("(what answers there is not Always On)");
        assertThat(whyUnreachable("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"))
                .contains("(the connection broke: ");
    }

    /** What a client says of a program that reads a request and answers so, and closes. */
    private static String whyUnreachable(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                AdminClient client =
                        new AdminClient(new HostAndPort("127.0.0.1", server.getLocalPort()), "")) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket one = server.accept()) {
                            one.getInputStream().read(new byte[4096]);
                            one.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            return String.valueOf(catchThrowable(() -> client.get("/api/v1/status")));
        }
    }
}
