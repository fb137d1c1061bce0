package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the corpus against a real proxy before a recording server: what comes back, how the
 * client's connection is left, and the octets at the far side.
 *
 * @param kept whether the client's connection has served a request before, with a kept connection
 *     to the server behind it
 * @param settings those of the proxy that differ from the standard ones
 * @param patience how long the client waits for anything to come
 */
record Trial(Entry entry, boolean kept, Map<String, String> settings, Duration patience) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 8;
    private static final long PATIENCE_WITH_ALL_MINUTES = 5;
    private static final String PROBE_SEEN =
            "GET " + Tapped.PROBE + " HTTP/1.1\r\nHost: a\r\n" + Escapes.ADDED + "\r\n";

    /** With the settings that the entry asks for. */
    private Trial(Entry entry, boolean kept) {
        this(entry, kept, entry.settings(), PATIENCE);
    }

    /** On a connection of its own; if it is the client that misbehaves, also on a kept one. */
    static List<Trial> of(Entry entry) {
        return entry.fromServer()
                ? List.of(first(entry))
                : List.of(first(entry), new Trial(entry, true));
    }

    /** On a connection of its own. */
    static Trial first(Entry entry) {
        return new Trial(entry, false);
    }

    Trial with(Map<String, String> others) {
        return new Trial(entry, kept, others, patience);
    }

    Trial waiting(Duration time) {
        return new Trial(entry, kept, settings, time);
    }

    /** What an entry should have led to and did not. */
    static final class Unmet extends Exception {
        private static final long serialVersionUID = 1;

        Unmet(String what) {
            super(what);
        }
    }

    /** A trial that did not end as its entry says. */
    record Failure(Trial trial, Throwable why, String came) {
        @Override
        public String toString() {
            return trial.entry
                    + (trial.kept ? ", on a kept connection" : "")
                    + ": "
                    + why
                    + "\n"
                    + Escapes.show("<<", came);
        }
    }

    /** Makes these trials, some of them at a time. */
    static List<Failure> failures(List<Trial> trials) throws InterruptedException {
        Queue<Failure> failures = new ConcurrentLinkedQueue<>();
        try (ExecutorService runners = Executors.newFixedThreadPool(AT_ONCE)) {
            trials.forEach(trial -> runners.execute(() -> trial.check(failures)));
            runners.shutdown();
            assertThat(runners.awaitTermination(PATIENCE_WITH_ALL_MINUTES, TimeUnit.MINUTES))
                    .isTrue();
        }
        return List.copyOf(failures);
    }

    private void check(Queue<Failure> failures) {
        StringBuilder came = new StringBuilder();
        try (Tapped tapped = new Tapped(entry)) {
            try (Rig rig = rig(tapped);
                    RawClient client = rig.client()) {
                if (kept) {
                    client.get("/before");
                    tapped.forget();
                }
                client.socket.setSoTimeout((int) patience.toMillis());
                drive(client, came);
                if (!client.socket.isClosed()) {
                    client.socket.setSoLinger(true, 0); // So that nothing lingers.
                    client.socket.close();
                }
                rig.assertNothingLeft();
            }
            Rig.eventually("recorded", () -> tapped.server.openConnections() == 0);
            assertSeen(tapped.seen());
        } catch (Exception | AssertionError e) {
            failures.add(new Failure(this, e, came.toString()));
        }
    }

    // ---- the proxy ----

    private Rig rig(Tapped tapped) {
        return Rig.of(b -> backend(b, settings), tapped.server)
                .frontend(f -> frontend(f, settings))
                .load();
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
                    draft.requestId = set.containsKey("request-id");
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

    private void drive(RawClient client, StringBuilder came)
            throws IOException, InterruptedException, Unmet {
        Thread sender = Thread.ofVirtual().start(() -> send(client));
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
        assertAnswered(came.toString(), methods);
    }

    private void send(RawClient client) {
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

    private void assertAnswered(String came, List<String> methods) throws Unmet {
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

    private void assertSeen(String all) throws Unmet {
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
