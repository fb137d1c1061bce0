package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Entry.End;
import dev.alwayson.node.proxy.corpus.Entry.Left;
import dev.alwayson.node.proxy.corpus.Entry.Part;
import dev.alwayson.node.proxy.corpus.Escapes;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import dev.alwayson.node.proxy.corpus.StrictReading.Rest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every entry of the corpus against a real proxy before a recording server: what comes back, how
 * the client's connection is left, and the octets at the far side. Entries of clients also on a
 * connection that has served a request before, with a kept connection to the server behind it.
 */
class CorpusTest {

    private static final int AT_ONCE = 8;
    private static final long PATIENCE_MINUTES = 5;
    private static final int ENTRIES = 300;
    private static final String PROBE_SEEN =
            "GET " + Tapped.PROBE + " HTTP/1.1\r\nHost: a\r\n" + Escapes.ADDED + "\r\n";

    /** What an entry should have led to and did not. */
    private static final class Unmet extends Exception {
        private static final long serialVersionUID = 1;

        Unmet(String what) {
            super(what);
        }
    }

    @Test
    void everyEntryIsAnsweredAndPassedOnAsItSays() throws Exception {
        String only = System.getProperty("corpus.only", "");
        List<String> unmet = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService runners = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Entry entry : Corpus.entries()) {
                if (entry.toString().contains(only)) {
                    runners.execute(() -> check(entry, false, unmet));
                    if (!entry.fromServer()) {
                        runners.execute(() -> check(entry, true, unmet));
                    }
                }
            }
            runners.shutdown();
            assertThat(runners.awaitTermination(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(unmet).as("entries: %s", String.join("\n", unmet)).isEmpty();
    }

    @Test
    void theCorpusIsLargeAndItsNamesTellEntriesApart() {
        List<String> names =
                Corpus.entries().stream().map(e -> e.rule().word() + ": " + e.name()).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(ENTRIES).doesNotHaveDuplicates();
    }

    /**
     * The list of bugs found by http-garden (github.com/narfindustries/http-garden, TROPHIES.md):
     * of servers s1 to s48, of proxies t1 to t25, which has no t8, found by the way b1 to b5, with
     * HTTP/2 in front h1 and h2. Left out are b1, b2 and b5, which every request brought about.
     */
    @Test
    void everyClassOfBugThatHttpGardenFoundIsThere() {
        Stream<String> classes =
                Stream.of(
                                IntStream.rangeClosed(1, 48).mapToObj(i -> "s" + i),
                                IntStream.rangeClosed(1, 25)
                                        .filter(i -> i != 8)
                                        .mapToObj(i -> "t" + i),
                                Stream.of("b3", "b4", "h1", "h2"))
                        .flatMap(each -> each);
        TreeSet<String> there = new TreeSet<>();
        Corpus.entries().forEach(entry -> there.addAll(entry.garden()));
        assertThat(there).containsExactlyInAnyOrderElementsOf(classes.toList());
    }

    private static void check(Entry entry, boolean kept, List<String> unmet) {
        StringBuilder came = new StringBuilder();
        try (Tapped tapped = new Tapped(entry)) {
            try (Rig rig = rig(entry, tapped);
                    RawClient client = rig.client()) {
                if (kept) {
                    client.get("/before");
                    tapped.forget();
                }
                drive(entry, client, came);
                if (!client.socket.isClosed()) {
                    client.socket.setSoLinger(true, 0); // So that nothing lingers.
                    client.socket.close();
                }
                rig.assertNothingLeft();
            }
            Rig.eventually("recorded", () -> tapped.server.openConnections() == 0);
            assertSeen(entry, tapped.seen());
        } catch (Exception | AssertionError e) {
            unmet.add(
                    entry
                            + (kept ? ", on a kept connection" : "")
                            + ": "
                            + e
                            + "\n"
                            + Escapes.show("<<", came.toString()));
        }
    }

    // ---- the proxy ----

    private static Rig rig(Entry entry, Tapped tapped) {
        Map<String, String> set = entry.settings();
        return Rig.of(b -> backend(b, set), tapped.server).frontend(f -> frontend(f, set)).load();
    }

    private static Backend backend(Backend b, Map<String, String> set) {
        return Settings.timeouts(
                b,
                Duration.ofSeconds(10),
                millis(set, "response", 30_000),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private static Frontend frontend(Frontend f, Map<String, String> set) {
        Limits standard = Limits.STANDARD;
        UnaryOperator<Frontend> peer =
                set.containsKey("trusted") ? Settings::trusting : UnaryOperator.identity();
        return FrontendDraft.of(
                peer.apply(f),
                draft -> {
                    draft.timeouts =
                            new FrontendTimeouts(
                                    millis(set, "head-deadline", 30_000),
                                    millis(set, "idle", 30_000),
                                    f.timeouts().tunnel());
                    draft.maxBody = size(set, "max-body", f.maxBody());
                    draft.upgrade = set.containsKey("websocket") ? List.of("websocket") : List.of();
                    draft.limits =
                            new Limits(
                                    size(set, "request-line", standard.requestLine()),
                                    size(set, "head", standard.head()),
                                    Integer.parseInt(
                                            set.getOrDefault(
                                                    "header-lines", "" + standard.headerLines())));
                    draft.underscoreNames = set.containsKey("underscore-names");
                });
    }

    private static Duration millis(Map<String, String> set, String name, int standard) {
        return Duration.ofMillis(
                Long.parseLong(set.getOrDefault(name, "" + standard).replace("ms", "")));
    }

    private static ByteSize size(Map<String, String> set, String name, ByteSize standard) {
        String text = set.get(name);
        return text == null ? standard : new ByteSize(Long.parseLong(text.replace("B", "")));
    }

    // ---- the client ----

    private static void drive(Entry entry, RawClient client, StringBuilder came)
            throws IOException, InterruptedException, Unmet {
        Thread sender = Thread.ofVirtual().start(() -> send(entry, client));
        List<String> methods =
                StrictReading.requestsOfClient(entry.clientOctets()).messages().stream()
                        .map(Message::method)
                        .toList();
        int finals = entry.answer().statuses().size();
        if (entry.answer().left() == Left.OPEN) {
            while (finals(came, methods, false).size() < finals) {
                if (!readMore(client, came)) {
                    throw new Unmet("closed, and should be open");
                }
            }
            sender.join(); // Also what the client waits after its last octet.
            client.send(
                    "GET " + Tapped.PROBE + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        }
        if (entry.clientEnd() != End.RESETS) {
            while (readMore(client, came)) {
                // Until it is closed.
            }
        }
        sender.join();
        assertAnswered(entry, came.toString(), methods);
    }

    private static void send(Entry entry, RawClient client) {
        try {
            for (Part part : entry.client()) {
                client.send(part.octets());
                Thread.sleep(part.pause());
            }
            switch (entry.clientEnd()) {
                case STAYS -> {}
                case CLOSES -> client.socket.shutdownOutput();
                case RESETS -> {
                    client.socket.setSoLinger(true, 0);
                    client.socket.close();
                }
            }
        } catch (IOException e) {
            // The proxy may refuse before all is sent; what it answered is looked at.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken|closed|shutdown).*");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean readMore(RawClient client, StringBuilder came)
            throws IOException, Unmet {
        byte[] buffer = new byte[1 << 16];
        try {
            int length = client.in.read(buffer);
            for (int i = 0; i < length; i++) {
                came.append((char) (buffer[i] & 0xff));
            }
            return length >= 0;
        } catch (SocketTimeoutException e) {
            throw new Unmet("neither answered nor closed");
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|closed).*");
            return false;
        }
    }

    private static List<Integer> finals(CharSequence came, List<String> methods, boolean closed) {
        return StrictReading.responses(came.toString(), methods, closed).messages().stream()
                .map(Message::status)
                .filter(status -> status >= 200 || status == 101)
                .toList();
    }

    private static void assertAnswered(Entry entry, String came, List<String> methods)
            throws Unmet {
        StrictReading responses = StrictReading.responses(came, methods, true);
        List<Integer> expected = new ArrayList<>(entry.answer().statuses());
        switch (entry.answer().left()) {
            case OPEN -> {
                expected.add(200);
                expect("at the probe", Rest.NOTHING, responses.rest());
                expect("the probe's answer", "probe", responses.messages().getLast().body());
            }
            case CLOSED -> expect("at the end", Rest.NOTHING, responses.rest());
            case BROKEN -> {
                int last = expected.removeLast();
                if (responses.begun().isPresent()) {
                    expect("the status", last, responses.begun().get().status());
                }
            }
        }
        expect("the statuses", expected, finals(came, methods, true));
        if (entry.seenByClient().isPresent()) {
            String wanted = entry.seenByClient().get();
            String begin = came.substring(0, Math.min(came.length(), wanted.length()));
            expect(
                    "what reached the client",
                    Escapes.show("<<", wanted),
                    Escapes.show("<<", begin));
        }
    }

    // ---- the far side ----

    private static void assertSeen(Entry entry, String all) throws Unmet {
        String seen = all;
        if (entry.answer().left() == Left.OPEN) {
            if (!seen.endsWith(PROBE_SEEN)) {
                throw new Unmet("at the server, no probe at the end:\n" + Escapes.show(">>", all));
            }
            seen = seen.substring(0, seen.length() - PROBE_SEEN.length());
        }
        String shown = "\n" + Escapes.show(">>", seen);
        StrictReading requests = StrictReading.requests(seen);
        if (entry.seenByServer().isPresent()) {
            expect("at the server", "\n" + Escapes.show(">>", entry.seenByServer().get()), shown);
        } else if (entry.fromServer()) {
            expect("requests at the server" + shown, 1, requests.messages().size());
            expect("after them at the server" + shown, Rest.NOTHING, requests.rest());
        } else if (entry.partReaches()) {
            expect("whole requests at the server" + shown, 0, requests.messages().size());
            if (requests.rest() == Rest.MALFORMED) {
                throw new Unmet("malformed at the server:" + shown);
            }
        } else {
            expect("at the server", "\n", shown);
        }
    }

    private static void expect(String what, @Nullable Object wanted, @Nullable Object got)
            throws Unmet {
        if (!String.valueOf(wanted).equals(String.valueOf(got))) {
            throw new Unmet(what + ": wanted " + wanted + ", got " + got);
        }
    }
}
