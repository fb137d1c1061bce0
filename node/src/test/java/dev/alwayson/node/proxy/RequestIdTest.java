package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.WhenDown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The word that joins the server's log, ours, and the answers that we give ourselves. */
class RequestIdTest {

    private static final Pattern LINE = Pattern.compile("(?i)\r\nX-Request-Id: (.*)\r\n");
    private static final String NEW = "[0-9a-f]{32}";

    @TempDir private Path folder;

    private Path log() {
        return folder.resolve("access.log");
    }

    private Rig on(RawServer... servers) {
        return on(f -> f, servers);
    }

    private Rig on(UnaryOperator<Frontend> settings, RawServer... servers) {
        return Rig.of(servers)
                .frontend(f -> settings.apply(Settings.requestId(Settings.logged(f, log()), true)))
                .load();
    }

    /** The one that the head has; fails if it has none or several. */
    private static String id(String head) {
        Matcher line = LINE.matcher(head);
        assertThat(line.find()).as(head).isTrue();
        String id = line.group(1);
        assertThat(line.find()).as("a second one in " + head).isFalse();
        return id;
    }

    /** That of the only line of the log, which comes when the request has ended. */
    private String logged() {
        Rig.eventually("a line", () -> LoggedLines.of(log()).size() == 1);
        return logged(LoggedLines.of(log()).getFirst());
    }

    private static String logged(String line) {
        Matcher member = Pattern.compile(",\"request_id\":\"([^\"]*)\"}$").matcher(line);
        assertThat(member.find()).as(line).isTrue();
        return member.group(1);
    }

    private static String get(String lines) {
        return "GET / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
    }

    @Test
    void eachRequestHasOneOfItsOwnAtTheServerAndInTheLog() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(server)) {
            try (RawClient one = rig.client();
                    RawClient two = rig.client()) {
                for (int i = 0; i < 50; i++) {
                    assertThat(one.get("/").head()).doesNotContainIgnoringCase("X-Request-Id");
                    two.get("/");
                }
            }
            Rig.eventually("a line each", () -> LoggedLines.of(log()).size() == 100);

            Set<String> ids = new HashSet<>();
            server.heads().forEach(head -> ids.add(id(head)));
            assertThat(ids).hasSize(100).allMatch(id -> id.matches(NEW));
            assertThat(LoggedLines.of(log()).stream().map(RequestIdTest::logged))
                    .containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void aRestartBeginsElsewhereOnEachLoop() throws Exception {
        try (RawServer server = RawServer.answering("x")) {
            for (int start = 0; start < 2; start++) {
                try (Rig rig = on(server)) {
                    for (int i = 0; i < 16; i++) { // Over both event loops.
                        try (RawClient client = rig.client()) {
                            client.get("/");
                        }
                    }
                }
            }
            assertThat(server.heads().stream().map(RequestIdTest::id)).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatAClientClaimsIsReplaced() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(server);
                RawClient client = rig.client()) {
            client.send(get("X-Request-Id: mine\r\nx-request-ID: mine too\r\n")).response();

            assertThat(server.heads().getFirst()).doesNotContain("mine");
            assertThat(id(server.heads().getFirst())).matches(NEW).isEqualTo(logged());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "7F000001:8296_7F00001E:1F90_4F7B0A69_0003:790E",
                "0f8fad5b-d9cb-469f-a165-70867728950e",
                "Root=1-67891233-abcdef012345678912345678",
                "YWJj/+4=",
                "a.b~c@d",
                "0123456789012345678901234567890123456789012345678901234567890123"
                        + "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void thatOfATrustedProxyIsKept(String id) throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(Settings::trusting, server);
                RawClient client = rig.client()) {
            client.send(get("x-request-id:  " + id + " \r\n")).response();

            assertThat(id(server.heads().getFirst())).isEqualTo(id).isEqualTo(logged());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "X-Request-Id: \r\n",
                "X-Request-Id: a\r\nX-Request-Id: a\r\n",
                "X-Request-Id: a\r\nX-Request-Id: \r\n",
                "X-Request-Id: a, b\r\n",
                "X-Request-Id: a b\r\n",
                "X-Request-Id: a\tb\r\n",
                "X-Request-Id: a\"b\r\n",
                "X-Request-Id: a\\b\r\n",
                "X-Request-Id: a;b\r\n",
                "X-Request-Id: a#b\r\n",
                "X-Request-Id: ${a}\r\n",
                "X-Request-Id: <a>\r\n",
                "X-Request-Id: \u00e9\r\n",
                "X-Request-Id: x0123456789012345678901234567890123456789012345678901234567890123"
                        + "0123456789012345678901234567890123456789012345678901234567890123\r\n",
                "X-Request-Id: a\r\nConnection: x-request-id\r\n",
                "X_Request_Id: a\r\n"
            })
    void aTrustedProxyThatTellsNoneOrNoGoodOneIsGivenOne(String lines) throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(Settings::trusting, server);
                RawClient client = rig.client()) {
            client.send(get(lines)).response();

            assertThat(id(server.heads().getFirst())).matches(NEW).isEqualTo(logged());
            assertThat(server.heads().getFirst()).doesNotContain("X_Request_Id");
        }
    }

    @Test
    void aTrailerIsNone() throws Exception {
        String chunked =
                "POST / HTTP/1.1\r\nHost: h\r\nX-Request-Id: a\r\nTransfer-Encoding: chunked\r\n"
                        + "\r\n0\r\nX-Request-Id: b\r\nX-T: c\r\n\r\n";
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.note(peer.body("0\r\nX-T: c\r\n\r\n".length()));
                            peer.answer("x");
                        });
                Rig rig = on(Settings::trusting, server);
                RawClient client = rig.client()) {
            client.send(chunked).response();

            assertThat(id(server.heads().getFirst())).isEqualTo("a").isEqualTo(logged());
            assertThat(server.heads().get(1)).isEqualTo("0\r\nX-T: c\r\n\r\n");
        }
    }

    @Test
    void allTriesOfARequestHaveTheSame() throws Exception {
        try (RawServer one = RawServer.of(RawServer.Peer::head);
                RawServer two = RawServer.of(RawServer.Peer::head);
                Rig rig = on(one, two);
                RawClient client = rig.client()) {
            RawClient.Response told = client.get("/");

            assertThat(told.status()).isEqualTo(502);
            String id = logged();
            assertThat(id).matches(NEW);
            assertThat(id(one.heads().getFirst())).isEqualTo(id);
            assertThat(id(two.heads().getFirst())).isEqualTo(id);
            assertThat(id(told.head())).as("and our answer").isEqualTo(id);
        }
    }

    @Test
    void anAnswerOfOurOwnHasItAlsoWhereNoServerIsAsked() throws Exception {
        ClientLimits one = new ClientLimits(0, 0, 1, 1, List.of());
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(f -> Settings.clients(f, one), server);
                RawClient client = rig.client()) {
            RawClient.Response told = client.get("/");
            for (int i = 0; i < 200 && told.status() == 200; i++) {
                told = client.get("/");
            }
            assertThat(told.status()).isEqualTo(429);
            String id = id(told.head());
            assertThat(id).matches(NEW);
            Rig.eventually(
                    "its line",
                    () ->
                            LoggedLines.of(log()).stream()
                                    .anyMatch(line ->
                                            line.contains("\"status\":429")
                                                    && logged(line).equals(id)));
        }
    }

    @Test
    void soHasAFixedAnswerAndARedirect() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(server);
                RawClient client = rig.client()) {
            rig.backend("app", Settings.redirecting(rig.backend("app"))).load();
            RawClient.Response redirected = client.get("/");
            assertThat(redirected.status()).isEqualTo(302);
            assertThat(id(redirected.head())).isEqualTo(logged());

            WhenDown sorry = new WhenDown(204, Optional.empty(), Optional.empty());
            rig.backend("app", Settings.whenDown(rig.backend("app"), sorry)).load();
            rig.state("s1", ServerState.MAINT);
            RawClient.Response fixed = client.get("/");
            assertThat(fixed.status()).isEqualTo(204);
            assertThat(id(fixed.head())).matches(NEW).isNotEqualTo(id(redirected.head()));
        }
    }

    @Test
    void theAnswerOfAServerIsTheServers() throws Exception {
        try (RawServer server =
                        RawServer.of(peer -> {
                            peer.head();
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                                            + "X-Request-Id: its own\r\n\r\n");
                        });
                Rig rig = on(server);
                RawClient client = rig.client()) {
            assertThat(id(client.get("/").head())).isEqualTo("its own");
        }
    }

    @Test
    void whatIsRefusedHasNone() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(server);
                RawClient client = rig.client()) {
            client.get("/");
            String refused = "GET / HTTP/1.1\r\nX-Request-Id: a\r\n\r\n";
            assertThat(client.send(refused).response().head())
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain("X-Request-Id");
            Rig.eventually("two lines", () -> LoggedLines.of(log()).size() == 2);

            assertThat(LoggedLines.of(log()).stream().map(RequestIdTest::logged))
                    .containsExactly(id(server.heads().getFirst()), "");
        }
    }

    @Test
    void aHeadThatDoesNotComeWholeHasNoneNorThatOfTheRequestBefore() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig =
                        on(
                                f ->
                                        Settings.timeouts(
                                                f, Duration.ofMillis(500), Duration.ofSeconds(60)),
                                server);
                RawClient client = rig.client()) {
            client.get("/");
            assertThat(client.send("GET / HTTP/1.1\r\nHost:").response().head())
                    .startsWith("HTTP/1.1 408 ")
                    .doesNotContain("X-Request-Id");
            Rig.eventually("two lines", () -> LoggedLines.of(log()).size() == 2);
            assertThat(logged(LoggedLines.of(log()).getLast())).isEmpty();
        }
    }

    @Test
    void whereItIsOffWhatComesIsPassedOnFromAnybody() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server).frontend(f -> Settings.logged(f, log())).load();
                RawClient client = rig.client()) {
            client.send(get("X-Request-Id: a b\r\nx-request-id: c\r\n")).response();
            client.get("/");
            Rig.eventually("two lines", () -> LoggedLines.of(log()).size() == 2);

            assertThat(server.heads().getFirst())
                    .contains("X-Request-Id: a b\r\nx-request-id: c\r\n");
            assertThat(server.heads().get(1)).doesNotContainIgnoringCase("x-request-id");
            assertThat(LoggedLines.of(log()))
                    .allMatch(line -> !line.contains("request_id") && line.endsWith("}"));
        }
    }

    @Test
    void aReloadTurnsItOnAndOffForConnectionsThatStay() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            client.get("/");
            rig.frontend(f -> Settings.requestId(f, true)).load();
            Rig.eventually("it is on", () -> askedWithId(client, server));
            rig.frontend(f -> Settings.requestId(f, false)).load();
            Rig.eventually("it is off", () -> !askedWithId(client, server));
        }
    }

    /** Whether it had one at its beginning counts: its server was told it, or was not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestThatRunsDuringAReloadIsLoggedAsItBegan(boolean began) throws Exception {
        CountDownLatch reloaded = new CountDownLatch(1);
        RawServer.Script late =
                peer -> {
                    peer.head();
                    reloaded.await();
                    peer.answer("x");
                };
        try (RawServer server = RawServer.of(late);
                Rig rig = on(f -> Settings.requestId(f, began), server);
                RawClient client = rig.client()) {
            client.send(get(""));
            Rig.eventually("it runs", () -> server.heads().size() == 1);
            rig.frontend(f -> Settings.requestId(Settings.logged(f, log()), !began)).load();
            reloaded.countDown();
            assertThat(client.response().status()).isEqualTo(200);

            Rig.eventually("a line", () -> LoggedLines.of(log()).size() == 1);
            String line = LoggedLines.of(log()).getFirst();
            if (began) {
                assertThat(logged(line)).isEqualTo(id(server.heads().getFirst()));
            } else {
                assertThat(line).doesNotContain("request_id");
            }
        }
    }

    private static boolean askedWithId(RawClient client, RawServer server) {
        try {
            client.get("/");
            List<String> heads = server.heads();
            return heads.getLast().contains("X-Request-Id");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theFormOfHaproxyHasNoPlaceForIt() throws Exception {
        try (RawServer server = RawServer.answering("x");
                Rig rig = on(f -> Settings.loggedAsHaproxy(f, log()), server);
                RawClient client = rig.client()) {
            client.get("/");
            Rig.eventually("a line", () -> LoggedLines.of(log()).size() == 1);

            assertThat(Files.readString(log()))
                    .endsWith("\"GET / HTTP/1.1\"\n")
                    .doesNotContain(id(server.heads().getFirst()));
        }
    }
}
