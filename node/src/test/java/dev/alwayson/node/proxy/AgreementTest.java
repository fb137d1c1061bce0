package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.node.proxy.RawClient.Response;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Escapes;
import dev.alwayson.node.proxy.corpus.Mutator;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import dev.alwayson.node.proxy.corpus.StrictReading.Rest;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * nginx, HAProxy, Jetty and Node's server understand what is passed on as we do: as many requests,
 * each with the same method, target, Host and body. What one of them refuses is no danger: nobody
 * takes it for something else.
 */
class AgreementTest {

    private static final String PROBE =
            "GET " + Tapped.PROBE + " HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n";

    /** A server that may refuse what an entry passes on, and why. */
    private record Refusal(String server, String entry, String reason) {}

    private static final List<Refusal> REFUSALS =
            List.of(
                    new Refusal(
                            "nginx",
                            "a method in lower case is another method",
                            "its methods are of capitals, dashes and underscores"),
                    new Refusal(
                            "Node",
                            "a method in lower case is another method",
                            "it serves the methods that it knows"),
                    new Refusal(
                            "nginx",
                            "TRACE goes on with what concerns the server",
                            "it serves no TRACE"),
                    new Refusal(
                            "nginx",
                            "OPTIONS to the server itself",
                            "it serves nothing but paths and URLs"),
                    new Refusal(
                            "nginx",
                            "dots and escapes go on as they came",
                            "the path leads out of the root"),
                    new Refusal(
                            "Jetty",
                            "dots and escapes go on as they came",
                            "the path leads out of the root"),
                    new Refusal(
                            "Jetty",
                            "a target of two slashes is a path",
                            "it takes an empty segment for ambiguous"));

    private static final String CLOSES = "closes";

    private static final int MUTANTS = Integer.getInteger("fuzz.mutants", 1000);

    /** The same each time, for it is others whom it may surprise; by hand it takes any other. */
    private static final long STANDARD_SEED = 20_519_128_337_544L;

    private static final List<RealServer> SERVERS = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        SERVERS.add(RealServer.nginx(folder));
        SERVERS.add(RealServer.haproxy(folder));
        SERVERS.add(RealServer.node(folder));
        SERVERS.add(RealServer.jetty());
    }

    @AfterAll
    static void stop() {
        SERVERS.forEach(RealServer::close);
        SERVERS.clear();
    }

    @Test
    void whatIsPassedOnIsUnderstoodAlike() throws IOException {
        List<String> differences = new ArrayList<>();
        Set<String> passedOn = new HashSet<>();
        for (Entry entry : Corpus.entries()) {
            String octets = entry.seenByServer().orElse("");
            if (!octets.isEmpty()) {
                passedOn.add(entry.name());
                for (RealServer server : SERVERS) {
                    List<String> ours = understoodByUs(octets + PROBE);
                    List<String> theirs = understoodBy(server, octets + PROBE);
                    boolean alike =
                            mayRefuse(server, entry) ? agree(ours, theirs) : ours.equals(theirs);
                    if (!alike) {
                        differences.add(
                                server + ": " + entry + ": " + theirs + ", and not " + ours);
                    }
                }
            }
        }
        assertThat(differences).as(String.join("\n", differences)).isEmpty();
        assertThat(passedOn).containsAll(REFUSALS.stream().map(Refusal::entry).toList());
    }

    private static boolean mayRefuse(RealServer server, Entry entry) {
        return REFUSALS.stream()
                .anyMatch(r ->
                        r.server().equals(server.toString()) && r.entry().equals(entry.name()));
    }

    /** What differs is seen: asked without us, they do not agree on what we refuse. */
    @Test
    void overWhatWeRefuseTheyDiffer() throws IOException {
        Set<String> differing =
                Set.of(
                        "a size ended by a bare LF",
                        "a length, then an encoding",
                        "a target with another name than Host");
        Set<String> seen = new HashSet<>();
        for (Entry entry : Corpus.entries()) {
            if (differing.contains(entry.name())) {
                Set<List<String>> understood = new HashSet<>();
                for (RealServer server : SERVERS) {
                    understood.add(understoodBy(server, entry.clientOctets() + PROBE));
                }
                assertThat(understood).as(entry.toString()).hasSizeGreaterThan(1);
                seen.add(entry.name());
            }
        }
        assertThat(seen).isEqualTo(differing);
    }

    @Test
    void throughUsTheyServeKeptConnectionsChunksHeadExpectAndPipelines() throws IOException {
        for (RealServer server : SERVERS) {
            try (Rig rig = before(server)) {
                askOf(server, rig);
                rig.assertNothingLeft();
            }
        }
    }

    private static void askOf(RealServer server, Rig rig) throws IOException {
        try (RawClient client = rig.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertUnderstood(server, client.response(), "GET /1 a -");

            client.send(
                    "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\nabc\r\n02;x=y\r\nde\r\n0\r\nA: b\r\n\r\n");
            assertUnderstood(server, client.response(), "POST /2 a 6162636465");

            client.send("HEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertUnderstood(server, new Response(client.head(), ""), "HEAD /3 a -");

            client.send(
                    "POST /4 HTTP/1.1\r\nHost: a\r\n"
                            + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.response().status()).as(server.toString()).isEqualTo(100);
            client.send("hello");
            assertUnderstood(server, client.response(), "POST /4 a 68656c6c6f");

            client.send(
                    "POST /5 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
                            + "helloGET /6 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertUnderstood(server, client.response(), "POST /5 a 68656c6c6f");
            assertUnderstood(server, client.response(), "GET /6 a -");
        }
    }

    /** Run again with {@code -Dfuzz.seed=}, and for longer with {@code -Dfuzz.mutants=}. */
    @Test
    void whatNobodyThoughtOfIsUnderstoodAlikeOrRefused() throws IOException {
        long seed = Long.getLong("fuzz.seed", STANDARD_SEED);
        List<Entry> ofClients = Corpus.entries().stream().filter(e -> !e.fromServer()).toList();
        Mutator mutator =
                new Mutator(new Random(seed), ofClients.stream().map(Entry::clientOctets).toList());
        int passedOn = 0;
        try (Tapped tapped = new Tapped(ofClients.getFirst());
                Rig rig = Rig.of(tapped.server)) {
            for (int i = 0; i < MUTANTS; i++) {
                tapped.forget();
                come(rig.client(), mutator.request(), true);
                String octets = tapped.seen();
                if (!octets.isEmpty() && StrictReading.requests(octets).rest() == Rest.NOTHING) {
                    passedOn++;
                    for (RealServer server : SERVERS) {
                        List<String> ours = understoodByUs(octets + PROBE);
                        List<String> theirs = understoodBy(server, octets + PROBE);
                        assertThat(agree(ours, theirs))
                                .as(
                                        "seed %d, %s: %s, and not %s\n%s",
                                        seed, server, theirs, ours, Escapes.show(">>", octets))
                                .isTrue();
                    }
                }
            }
        }
        System.out.printf("%d of %d passed on; seed %d%n", passedOn, MUTANTS, seed);
        assertThat(passedOn).as("passed on, seed %d", seed).isGreaterThan(MUTANTS / 20);
    }

    private static Rig before(RealServer server) {
        Map<String, Server> servers = Map.of("s1", Server.at(server.address()));
        return Rig.of().backend("app", Settings.unchecked(Backend.of(servers))).load();
    }

    private static void assertUnderstood(RealServer server, Response response, String wanted) {
        assertThat(response.header(Understood.LINE)).as(server + "\n" + response).isEqualTo(wanted);
    }

    private static List<String> understoodByUs(String octets) {
        return StrictReading.requests(octets).messages().stream()
                .map(request -> List.of(Understood.of(request)).toString())
                .toList();
    }

    /**
     * What each request is understood as, or the status that it is refused with; then whether the
     * server closes before the probe.
     */
    private static List<String> understoodBy(RealServer server, String octets) throws IOException {
        List<String> methods =
                StrictReading.requests(octets).messages().stream().map(Message::method).toList();
        List<String> understood = new ArrayList<>();
        String came = come(server.client(), octets, false);
        for (Message response : StrictReading.responses(came, methods, true).messages()) {
            if (response.status() >= 200) {
                List<String> lines = response.values(Understood.LINE);
                understood.add(lines.isEmpty() ? "" + response.status() : lines.toString());
                if (understood.size() < methods.size()
                        && response.values("connection").contains("close")) {
                    understood.add(CLOSES);
                }
            }
        }
        return understood;
    }

    /** All that comes for these octets until the connection ends. */
    private static String come(RawClient client, String octets, boolean half) throws IOException {
        StringBuilder came = new StringBuilder();
        try (client) {
            client.send(octets);
            if (half) {
                client.socket.shutdownOutput();
            }
            for (int octet = client.in.read(); octet >= 0; octet = client.in.read()) {
                came.append((char) octet);
            }
        } catch (SocketException e) {
            // Who refuses may leave octets unread, which resets the connection.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken|shutdown|closed).*");
        } catch (SocketTimeoutException e) {
            came.append("and waits for more: ").append(e.getMessage());
        }
        return came.toString();
    }

    /** Whether they understand each request as we do or refuse it, and end only after a word. */
    private static boolean agree(List<String> ours, List<String> theirs) {
        boolean mayEnd = false;
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            boolean closes = i == theirs.size() - 1 && theirs.get(i).equals(CLOSES);
            mayEnd = closes || theirs.get(i).matches("[45][0-9][0-9]");
            if (!mayEnd && !theirs.get(i).equals(ours.get(i))) {
                return false;
            }
        }
        return theirs.size() == ours.size() || (mayEnd && theirs.size() < ours.size());
    }
}
