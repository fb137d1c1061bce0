package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Who is admitted, and how long those are waited for who are not. */
final class StrangersTest extends ServedShop {

    @Test
    void aPathIsTakenForThePageThatItNormalisesTo() throws Exception {
        for (String path :
                List.of("//api/v1/status", "/%61pi/v1/status", "/health/../api/v1/status")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .as(path)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"backends\"");
        }
        assertThat(raw("GET /health/ HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 200 ");

        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));
        for (String path :
                List.of(
                        "//api/v1/status",
                        "/%61pi/v1/status",
                        "/health/../api/v1/status",
                        "/health/%2e%2e/api/v1/status",
                        "/health/..%2Fapi/v1/status",
                        "//health//..//api/v1/status")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .as(path)
                    .containsPattern("^HTTP/1.1 4")
                    .doesNotContain("\"backends\"");
        }
    }

    @Test
    void aStrangerWhoKeepsItWaitingIsDisconnected() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        Optional<Token> token =
                Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n")));
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdminServer hasty =
                        AdminServer.start(
                                bind, token, shown(journal), MANY, Duration.ofMillis(200))) {
            for (String begun :
                    List.of(
                            "",
                            "GET /hea",
                            "GET /health HTTP/1.1\r\n",
                            "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ",
                            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
                            "POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Type:"
                                    + " application/json\r\nContent-Length: 9\r\n\r\n",
                            "POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Type:"
                                    + " application/json\r\nAuthorization: Bearer sesame\r\n"
                                    + "Content-Length: 60000\r\n\r\n")) {
                drip(hasty.port(), begun);
            }
        }
        assertThat(told).isEmpty();
        assertThat(shop.reloads).hasValue(0);
    }

    /** Else a thousand connections that ask now and then would keep everybody else out. */
    @Test
    void aStrangerHasAConnectionForOneAnswerAndWhoIsAdmittedKeepsIt() throws Exception {
        server.use(Optional.of(Token.read(Files.writeString(folder.resolve("token"), "sesame\n"))));
        for (String asked : List.of("/health", "/health/ready", "/api/v1/status")) {
            String answer = exchange("GET " + asked + " HTTP/1.1", "Host: localhost");
            assertThat(answer).as(asked).contains("\r\nConnection: close\r\n");
            assertThat(answer.split("HTTP/1.1 ", -1)).as(asked).hasSize(2);
        }
        String admitted =
                exchange(
                        "GET /api/v1/status HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer sesame");
        assertThat(admitted.split("HTTP/1.1 200", -1)).as("both are answered").hasSize(3);
    }

    @Test
    void aStrangerWhoWaitsToBeToldToSendItsBodyIsNotWaitedFor() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer patient =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), MANY, Duration.ofHours(1));
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), patient.port())) {
            stranger.setSoTimeout((int) GENEROUS.toMillis());
            String head =
                    "POST /api/v1/reload HTTP/1.1\r\nHost: evil.example\r\n"
                            + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n";
            stranger.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 421 ")
                    .doesNotContain("HTTP/1.1 100");
        }
    }

    @Test
    void whoIsAdmittedMayTakeLonger() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer hasty =
                        AdminServer.start(
                                bind,
                                Optional.empty(),
                                shown(journal),
                                MANY,
                                Duration.ofMillis(200));
                Socket follower = new Socket(InetAddress.getLoopbackAddress(), hasty.port())) {
            follower.setSoTimeout((int) GENEROUS.toMillis());
            follower.getOutputStream()
                    .write(
                            "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    follower.getInputStream(), StandardCharsets.UTF_8))) {
                lineWith(lines, ": the journal after");
                drip(hasty.port(), "");
                append(1);
                assertThat(lineWith(lines, "id: ")).isEqualTo("id: 1");
            }
        }
    }

    @Test
    void anotherHostNameAndAnotherOriginAreRefused() throws Exception {
        assertThat(raw("GET /api/v1/status HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /metrics HTTP/1.1", "Host: evil.example")).startsWith("HTTP/1.1 421 ");
        assertThat(
                        raw(
                                "GET /api/v1/status HTTP/1.1",
                                "Host: localhost",
                                "Origin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: text/plain",
                                "Content-Length: 0"))
                .startsWith("HTTP/1.1 415 ");
        assertThat(raw("GET /health HTTP/1.1", "Host: any.example")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aHeaderThatDecidesStandsOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));
        for (List<String> twice :
                List.of(
                        List.of("Origin: http://localhost", "Origin: http://evil.example"),
                        List.of("Sec-Fetch-Site: same-origin", "sec-fetch-site: cross-site"),
                        List.of("Content-Type: application/json", "Content-Type: text/plain"),
                        List.of("Authorization: Bearer sesame", "Authorization: Bearer open"),
                        List.of("Origin: http://localhost", "Origin: http://localhost"))) {
            List<String> head =
                    new ArrayList<>(List.of("POST /api/v1/reload HTTP/1.1", "Host: localhost"));
            for (String line :
                    List.of("Content-Type: application/json", "Authorization: Bearer sesame")) {
                if (!twice.contains(line)) {
                    head.add(line);
                }
            }
            head.addAll(twice);
            head.add("Content-Length: 0");
            String name = twice.getFirst().replaceFirst(":.*", "");
            assertThat(raw(head.toArray(String[]::new)))
                    .as("%s", twice)
                    .startsWith("HTTP/1.1 400 ")
                    .contains(
                            "{\"what\":\""
                                    + name
                                    + "\",\"why\":\"this header stands there more than once\","
                                    + "\"next\":\"send it once\"}");
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json; list=\"a, b\"",
                                "Authorization: Bearer sesame",
                                "Content-Length: 0"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(shop.reloads).hasValue(1);
    }

    @Test
    void aTargetThatNamesAnotherHostThanHostDoesIsRefused() throws Exception {
        for (String target :
                List.of(
                        "http://evil.example",
                        "HTTP://u@localhost",
                        "http://localhost:1",
                        "http:/")) {
            assertThat(
                            raw(
                                    "POST " + target + "/api/v1/servers/shop/web1/drain HTTP/1.1",
                                    "Host: localhost",
                                    "Content-Type: application/json",
                                    "Content-Length: 0"))
                    .as(target)
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
        assertThat(raw("GET http://evil.example/api/v1/status HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET http://LOCALHOST/api/v1/status HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 200 ");
        for (String host : List.of("localhost:7070", "[::1]:7070", "[::1]")) {
            String url = "http://" + host;
            assertThat(raw("GET " + url + "/api/v1/events?limit=1 HTTP/1.1", "Host: " + host))
                    .as(url)
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(raw("GET http://[::2]:7070/api/v1/status HTTP/1.1", "Host: [::1]:7070"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("CONNECT localhost:7070 HTTP/1.1", "Host: localhost:7070"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("OPTIONS * HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void withATokenEverythingButHealthAsksForIt() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sesame\n");
        server.use(Optional.of(Token.read(file)));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        for (String path : List.of("/metrics", "/api/v1/status", "/api/v1/events", "/nothing")) {
            HttpResponse<String> refused = get(path);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(refused.body())
                    .doesNotContain("sesame")
                    .contains("a changed token file is known from the next reload on");
        }
        HttpRequest knowing =
                HttpRequest.newBuilder(uri("/api/v1/status"))
                        .header("Authorization", "Bearer sesame")
                        .build();
        assertThat(client.send(knowing, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    /** Goes on with what was begun, a byte now and then, until the server closes. */
    private static void drip(int port, String begun) throws Exception {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20);
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            boolean open = true;
            while (open) {
                assertThat(System.nanoTime()).as(begun).isLessThan(deadline);
                open = stillOpen(socket, begun.isEmpty());
            }
        }
    }

    private static boolean stillOpen(Socket socket, boolean silent) {
        try {
            if (!silent) {
                socket.getOutputStream().write('x');
            }
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false; // reset
        }
    }

    /** What comes for two requests with this head, of which the second asks for the end. */
    private String exchange(String... head) throws IOException {
        String request = String.join("\r\n", head) + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) GENEROUS.toMillis());
            String both = request + "\r\n" + request + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
