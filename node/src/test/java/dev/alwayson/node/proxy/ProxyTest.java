package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What passes through the proxy, as a client and a server see it. */
class ProxyTest {

    @Test
    void aRequestReachesAServerAndItsAnswerTheClient() throws Exception {
        try (RawServer server = RawServer.answering("hello");
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                RawClient.Response response = client.get("/a?b=c");

                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("hello");
                assertThat(server.heads().getFirst())
                        .startsWith("GET /a?b=c HTTP/1.1\r\n")
                        .contains("Host: example.com\r\n")
                        .contains("X-Forwarded-For: 127.0.0.1\r\n")
                        .contains("X-Forwarded-Proto: http\r\n")
                        .contains("X-Forwarded-Host: example.com\r\n");
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void connectionsAreKeptOnBothSides() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("/" + i).body()).isEqualTo("x");
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                                peer.answer(head.split(" ", 3)[1]);
                            }
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            client.send(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.response().body()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void aHeadThatComesByteByByteIsUnderstood() throws Exception {
        try (RawServer server = RawServer.answering("slow");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            for (char c : "GET /slow HTTP/1.1\r\nHost: h\r\nX-A: b\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.response().body()).isEqualTo("slow");
        }
    }

    @Test
    void connectionCloseIsHonoured() throws Exception {
        try (RawServer server = RawServer.answering("bye");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            RawClient.Response response = client.response();
            assertThat(response.body()).isEqualTo("bye");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void http10IsAnsweredAndClosedUnlessKept() throws Exception {
        try (RawServer server = RawServer.answering("old");
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                assertThat(client.send("GET / HTTP/1.0\r\n\r\n").response().body())
                        .isEqualTo("old");
                assertThat(client.closed()).isTrue();
            }
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.response().header("Connection")).isEqualTo("keep-alive");
                client.send("GET / HTTP/1.0\r\n\r\n");
                assertThat(client.response().body()).isEqualTo("old");
                assertThat(client.closed()).isTrue();
            }
            server.kill();
            try (RawClient client = rig.client()) {
                for (int i = 0; i < 2; i++) {
                    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                    RawClient.Response ours = client.response();
                    assertThat(ours.status()).isEqualTo(503);
                    assertThat(ours.header("Connection")).isEqualTo("keep-alive");
                }
            }
        }
    }

    @Test
    void aBodyOfUnknownLengthGoesInChunksOrUntilTheEnd() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
                        });
                Rig rig = Rig.of(server)) {
            try (RawClient client = rig.client()) {
                RawClient.Response response = client.get("/");
                assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
                assertThat(response.body()).isEqualTo("until the end");
            }
            try (RawClient client = rig.client()) {
                RawClient.Response response = client.send("GET / HTTP/1.0\r\n\r\n").response();
                assertThat(response.header("Transfer-Encoding")).isEmpty();
                assertThat(response.body()).isEqualTo("until the end");
            }
        }
    }

    @Test
    void chunksAreFramedAnewAndTrailersPassedOn() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            StringBuilder body = new StringBuilder();
                            int octet = peer.in.read();
                            while (body.indexOf("\r\n\r\n") < 0) {
                                body.append((char) octet);
                                octet = body.indexOf("\r\n\r\n") < 0 ? peer.in.read() : 0;
                            }
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n");
                            peer.note(body.toString());
                            peer.head();
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5;secret=\"1\"\r\nhello\r\n0\r\nX-Sum: 7\r\nHost: evil\r\n\r\n");
            String head = client.head();
            assertThat(head).contains("Transfer-Encoding: chunked\r\n");
            StringBuilder rest = new StringBuilder();
            while (rest.indexOf("\r\n\r\n") < 0) {
                rest.append((char) client.in.read());
            }
            assertThat(rest.toString()).isEqualTo("3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n");
            Rig.eventually("the server saw the body", () -> server.heads().size() == 2);
            assertThat(server.heads().toString())
                    .contains("5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n")
                    .doesNotContain("secret")
                    .doesNotContain("evil");
        }
    }

    @Test
    void headAnd204And304HaveNoBody() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                            peer.head();
                            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
                            peer.head();
                            peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
                            peer.head();
                            peer.answer("end");
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            String head = client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").head();
            assertThat(head).contains("Content-Length: 1000\r\n");
            assertThat(client.get("/").status()).isEqualTo(204);
            assertThat(client.get("/").status()).isEqualTo(304);
            assertThat(client.get("/").body()).isEqualTo("end");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void expectContinueAndOtherInterimResponsesArePassedOn() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                            peer.answer(peer.body(4));
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(103);
            assertThat(client.response().status()).isEqualTo(100);
            assertThat(client.send("data").response().body()).isEqualTo("data");
        }
    }

    @Test
    void interimResponsesWithoutEndAreNoResponse() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            while (true) {
                                peer.send("HTTP/1.1 102 Processing\r\n\r\n");
                            }
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                assertThat(client.response().status()).isEqualTo(102);
            }
            assertThat(client.response().status()).isEqualTo(502);
        }
    }

    @Test
    void whatIsNotHttpIsRefusedAndClosed() throws Exception {
        try (RawServer server = RawServer.answering("never");
                Rig rig = Rig.of(server)) {
            assertRefused(rig, 400, "GET / HTTP/1.1\r\n\r\n");
            assertRefused(rig, 400, "GET / HTTP/1.1\nHost: h\n\n");
            assertRefused(
                    rig,
                    400,
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            assertRefused(rig, 414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n");
            assertRefused(
                    rig, 431, "GET / HTTP/1.1\r\nHost: h\r\nA: " + "a".repeat(33_000) + "\r\n\r\n");
            assertRefused(rig, 505, "GET / HTTP/3.0\r\nHost: h\r\n\r\n");
            assertThat(server.heads()).isEmpty();
            rig.assertNothingLeft();
        }
    }

    private static void assertRefused(Rig rig, int status, String request) throws IOException {
        try (RawClient client = rig.client()) {
            RawClient.Response response = client.send(request).response();
            assertThat(response.status()).as(response.body()).isEqualTo(status);
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aHeadThatDoesNotEndIsTimedOut() throws Exception {
        try (RawServer server = RawServer.answering("never");
                Rig rig =
                        Rig.of(server)
                                .frontend(f ->
                                        Settings.timeouts(
                                                f, Duration.ofMillis(200), Duration.ofSeconds(60)))
                                .load();
                RawClient client = rig.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost:").response().status()).isEqualTo(408);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig =
                        Rig.of(server)
                                .frontend(f ->
                                        Settings.timeouts(
                                                f, Duration.ofSeconds(10), Duration.ofMillis(200)))
                                .load();
                RawClient client = rig.client()) {
            assertThat(client.get("/").body()).isEqualTo("x");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.in.readAllBytes(); // An answer would come before the body.
                        });
                Rig rig =
                        Rig.of(server)
                                .frontend(f -> Settings.maxBody(f, new ByteSize(10)))
                                .load()) {
            try (RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(413);
            }
            try (RawClient client = rig.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                client.send("b\r\nhello world\r\n");
                assertThat(client.response().status()).isEqualTo(413);
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void routesTakeByHostAndPathInOrder() throws Exception {
        try (RawServer web = RawServer.answering("web");
                RawServer api = RawServer.answering("api");
                RawServer files = RawServer.answering("files");
                Rig rig = Rig.of(web)) {
            rig.backend("api", Rig.of(api).closing().backend("app"))
                    .backend("files", Rig.of(files).closing().backend("app"))
                    .frontend(f ->
                            Settings.routes(
                                    f,
                                    List.of(
                                            new Route(
                                                    Optional.of("api.example.com"),
                                                    Optional.of("/v2"),
                                                    "api"),
                                            new Route(
                                                    Optional.of("*.files.example.com"),
                                                    Optional.empty(),
                                                    "files"),
                                            new Route(
                                                    Optional.empty(),
                                                    Optional.of("/static/"),
                                                    "files"))))
                    .load();
            try (RawClient client = rig.client()) {
                assertThat(ask(client, "API.example.com:8080", "/v2")).isEqualTo("api");
                assertThat(ask(client, "api.example.com", "/v2/x?y")).isEqualTo("api");
                assertThat(ask(client, "api.example.com", "/v2x")).isEqualTo("web");
                assertThat(ask(client, "a.files.example.com", "/")).isEqualTo("files");
                assertThat(ask(client, "files.example.com", "/")).isEqualTo("web");
                assertThat(ask(client, "example.com", "/static/a")).isEqualTo("files");
                assertThat(ask(client, "example.com", "/static")).isEqualTo("web");
            }
        }
    }

    private static String ask(RawClient client, String host, String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .response()
                .body();
    }

    @Test
    void aBackendCanAnswerWithARedirectToTheServer() throws Exception {
        try (RawServer server = RawServer.answering("never");
                Rig rig = Rig.of(Settings::redirecting, server);
                RawClient client = rig.client()) {
            RawClient.Response response = client.get("/a?b=1");
            assertThat(response.status()).isEqualTo(302);
            assertThat(response.header("Location"))
                    .isEqualTo("http://" + server.address() + "/a?b=1");
            assertThat(server.heads()).isEmpty();
            assertThat(client.get("/again").status()).isEqualTo(302);
            client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.response().header("Location"))
                    .isEqualTo("http://" + server.address());
        }
    }

    @Test
    void everyRequestThatCameBeforeTheClientEndedItsHalfIsAnswered() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        String upload = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf";
        try (RawServer server =
                        RawServer.of(peer -> {
                            while (peer.head().startsWith("GET")) {
                                peer.answer("ok");
                            }
                            peer.in.readAllBytes(); // An answer would come before the rest.
                        });
                Rig rig = Rig.of(server)) {
            for (String end : new String[] {"", "GET / HT", upload}) {
                try (RawClient client = rig.client()) {
                    client.send(request + request + request + end);
                    client.socket.shutdownOutput();
                    for (int i = 0; i < 3; i++) {
                        assertThat(client.response().body()).isEqualTo("ok");
                    }
                    assertThat(client.closed()).isTrue();
                }
            }
            rig.assertNothingLeft();
        }
    }

    @Test
    void whoEndsItsHalfWhileItTakesALargeAnswerIsClosedAfterIt(@TempDir Path folder)
            throws Exception {
        int size = 16 << 20;
        Path page = Files.writeString(folder.resolve("sorry.html"), "x".repeat(size));
        WhenDown down = new WhenDown(503, Optional.of(page), Optional.empty());
        try (RawServer dead = RawServer.answering("never");
                Rig rig = Rig.of(b -> Settings.whenDown(b, down), dead);
                RawClient client = rig.client()) {
            dead.kill();
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            client.socket.shutdownOutput();
            assertThat(client.in.readNBytes(size)).hasSize(size);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void bytesAfterACompleteResponseReachNobody() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                            + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                            peer.head();
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            assertThat(client.get("/1").body()).isEqualTo("ok");
            assertThat(client.get("/2").body()).isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatDoesNotSpeakHttpGives502() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send("SSH-2.0-OpenSSH\r\n\r\n");
                        });
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            RawClient.Response response = client.get("/");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.header("Proxy-Status")).contains("http_protocol_error");
            assertThat(client.get("/").status()).isEqualTo(502);
        }
    }
}
