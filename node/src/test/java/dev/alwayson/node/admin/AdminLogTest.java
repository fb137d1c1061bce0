package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.WebServer;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What the admin server tells the log of requests, and what it does not. */
final class AdminLogTest extends ServedShop {

    /** Else anybody who reaches the port could fill the log of the node. */
    @Test
    void aBodyThatBreaksOffIsNotTold() throws Exception {
        server.use(Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n"))));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (String asked :
                    List.of(
                            "GET /health",
                            "POST /health",
                            "GET /nope",
                            "POST /api/v1/reload",
                            "POST /api/v1/servers/shop/web1/drain")) {
                for (String framing :
                        List.of(
                                "Content-Length: 70000\r\n\r\nxyz",
                                "Content-Length: 9\r\n\r\nxyz",
                                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                                "Transfer-Encoding: chunked\r\n\r\n9\r\nxyz")) {
                    for (boolean knowing : List.of(true, false)) {
                        breakOff(asked, framing, knowing, false);
                        breakOff(asked, framing, knowing, true);
                    }
                }
            }
            server.close(); // waits for what still runs
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aHeadThatBreaksOffIsNotTold() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (String begun :
                    List.of(
                            "",
                            "GET /hea",
                            "GET /health HTTP/1.1\r\n",
                            "GET /health HTTP/1.1\r\nHost: localhost",
                            "GET /health HTTP/1.1\r\nHost: localhost\r\n")) {
                try (Socket socket = connect(server.port())) {
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    byte[] _ = socket.getInputStream().readAllBytes();
                }
            }
            server.close(); // waits for what still runs
        }
        assertThat(told).isEmpty();
    }

    @Test
    void anErrorInAPageIsAnsweredAndSeldomTold() throws Exception {
        shop.error = Optional.of(new StackOverflowError("too deep"));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told)) {
            for (int times = 0; times < 10; times++) {
                HttpResponse<String> answer = post("/api/v1/reload");
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body())
                        .isEqualTo(
                                "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"too deep\","
                                        + "\"next\":\"see the node's log\"}}\n");
            }
        }
        assertThat(told)
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "POST /api/v1/reload: the admin server failed: java.lang.StackOverflowError:"
                                + " too deep");
    }

    @Test
    void anErrorBeforeAnyPageIsAnsweredAndSeldomTold() throws Exception {
        assertThat(toldOfFailingBeforeAnyPage(new OutOfMemoryError("no memory left")))
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "the request: the admin server failed: java.lang.OutOfMemoryError: no"
                                + " memory left");
    }

    @Test
    void aFailureBeforeAnyPageIsAnsweredAndSeldomTold() throws Exception {
        assertThat(toldOfFailingBeforeAnyPage(new IllegalStateException("a defect")))
                .hasSizeBetween(1, 9)
                .first()
                .isEqualTo(
                        "the request: the admin server failed: java.lang.IllegalStateException: a"
                                + " defect");
    }

    /** By a server that fails so at each request whose head has come whole. */
    private static List<String> toldOfFailingBeforeAnyPage(Throwable failure) throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdmissionDeadline deadline =
                        new AdmissionDeadline(GENEROUS, AdmissionDeadlineTest.LARGE)) {
            WebServer failing =
                    WebServer.builder()
                            .shutdownHook(false)
                            .featuresDiscoverServices(false)
                            .protocolsDiscoverServices(false)
                            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .addConnectionSelector(deadline)
                            .errorHandling(errors -> errors.includeEntity(true))
                            .directHandlers(Replies::refuseBadRequests)
                            .concurrencyLimit(failing(failure))
                            .build()
                            .start();
            try {
                for (int times = 0; times < 10; times++) {
                    assertThat(raw(failing.port(), "GET /health HTTP/1.1", "Host: localhost"))
                            .startsWith("HTTP/1.1 500 ")
                            .endsWith(
                                    "{\"error\":{\"what\":\"the request\",\"why\":\"it did not"
                                            + " come whole, or the admin server failed at it\","
                                            + "\"next\":\"see the node's log\"}}\n");
                }
                assertThat(raw(failing.port(), "\1\2 / HTTP/1.1"))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("\"why\":\"its first line is not METHOD /path HTTP/1.1\"");
            } finally {
                AdminServer.end(failing);
            }
        }
        return told;
    }

    /** Asked for each request, by what has read its head and will look for its page. */
    private static Limit failing(Throwable failure) {
        return (Limit)
                Proxy.newProxyInstance(
                        Limit.class.getClassLoader(),
                        new Class<?>[] {Limit.class},
                        (_, method, _) -> {
                            if (method.getName().equals("tryAcquireOutcome")) {
                                throw failure;
                            }
                            return null;
                        });
    }
}
