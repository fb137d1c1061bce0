package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Escapes;
import dev.alwayson.node.proxy.corpus.Mutator;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import dev.alwayson.node.proxy.corpus.StrictReading.Rest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Messages that nobody thought of, from clients and from servers at once, through a real proxy:
 * what reaches the servers and what reaches the clients is HTTP, and nobody gets the answer of
 * another. For longer: {@code -Dfuzz.seconds=3600}; a run again: {@code -Dfuzz.seed=}, though what
 * happens at once may happen in another order.
 */
class ForwardingFuzzTest {

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 60));
    private static final int CLIENTS = 8;
    private static final int MOST_PIECES = 4;
    private static final int ONE_BAD_RESPONSE_IN = 4;
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String NOBODYS = "Mark: nobody's\r\n";

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    @Test
    void serversAndClientsSeeOnlyHttpAndNobodyTheAnswerOfAnother() throws Exception {
        try (RawServer server = RawServer.of(this::serve);
                Rig rig = Rig.of(ForwardingFuzzTest::impatient, server)) {
            long until = System.nanoTime() + TIME.toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(Thread.ofVirtual().start(() -> beClients(rig, number, until)));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(problems).as("seed %d", seed).isEmpty();
            rig.assertNothingLeft();
        }
        System.out.printf(
                "%d connections, %d requests served; seed %d%n",
                connections.get(), served.get(), seed);
        assertThat(served.get()).as("served, seed %d", seed).isGreaterThan(connections.get() / 20);
    }

    /** Servers that say half a response are waited for only shortly. */
    private static Backend impatient(Backend b) {
        Duration attempt = Duration.ofSeconds(10);
        return Settings.timeouts(
                b, Duration.ofSeconds(10), Duration.ofMillis(200), attempt, Duration.ofSeconds(10));
    }

    private static List<String> octets(boolean ofServers) {
        Stream<String> octets =
                Corpus.entries().stream()
                        .map(ofServers ? Entry::serverOctets : Entry::clientOctets);
        return octets.filter(o -> !o.isEmpty()).toList();
    }

    // ---- clients ----

    private void beClients(Rig rig, int number, long until) {
        Random random = new Random(seed + number);
        Mutator mutator = new Mutator(random, octets(false));
        for (int i = 0; problems.isEmpty() && System.nanoTime() - until < 0; i++) {
            String mark = "mark-" + number + "-" + i;
            String message =
                    mutator.request().replace("Host: a\r\n", "Host: a\r\nMark: " + mark + "\r\n");
            try (RawClient client = rig.client()) {
                connections.incrementAndGet();
                look(message, mark, exchange(client, message, random));
            } catch (IOException e) {
                problems.add(e + "\n" + Escapes.show(">", message));
            }
        }
    }

    private static String exchange(RawClient client, String message, Random random)
            throws IOException {
        try {
            int from = 0;
            for (int left = random.nextInt(MOST_PIECES); left > 0; left--) {
                int to = from + random.nextInt(message.length() - from + 1);
                client.send(message.substring(from, to));
                from = to;
            }
            client.send(message.substring(from));
            client.socket.shutdownOutput();
        } catch (IOException e) {
            // The proxy may refuse before all is sent; what it answered is looked at.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken|closed|shutdown).*");
        }
        StringBuilder came = new StringBuilder();
        try {
            for (int octet = client.in.read(); octet >= 0; octet = client.in.read()) {
                came.append((char) octet);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*reset.*");
        }
        return came.toString();
    }

    private void look(String message, String mark, String came) {
        List<String> methods =
                StrictReading.requestsOfClient(message).messages().stream()
                        .map(Message::method)
                        .toList();
        StrictReading responses = StrictReading.responses(came, methods, true);
        boolean others =
                responses.messages().stream()
                        .flatMap(response -> response.values("Mark").stream())
                        .anyMatch(m -> !m.equals(mark));
        if (responses.rest() == Rest.MALFORMED || others) {
            problems.add(Escapes.show(">", message) + Escapes.show("<<", came));
        }
    }

    // ---- the server ----

    private void serve(RawServer.Peer peer) throws IOException {
        Random random = new Random(seed + served.get());
        Mutator mutator = new Mutator(random, octets(true));
        StringBuilder came = new StringBuilder();
        byte[] buffer = new byte[1 << 16];
        for (int length = peer.in.read(buffer); length >= 0; length = peer.in.read(buffer)) {
            for (int i = 0; i < length; i++) {
                came.append((char) (buffer[i] & 0xff));
            }
            StrictReading requests = StrictReading.requests(came.toString());
            if (requests.rest() == Rest.MALFORMED) {
                problems.add("at the server:\n" + Escapes.show(">>", came.toString()));
                return;
            }
            for (Message request : requests.messages()) {
                came.delete(0, request.length());
                served.incrementAndGet();
                String mark = mark(request);
                boolean bad = random.nextInt(ONE_BAD_RESPONSE_IN) == 0;
                boolean twice = random.nextInt(ONE_BAD_RESPONSE_IN) == 0;
                String answer = good(request, mark) + (twice ? good(request, NOBODYS) : "");
                peer.send(bad ? mutator.response().replace(OK, OK + mark) : answer);
                if (bad && random.nextBoolean()) {
                    return;
                }
            }
        }
    }

    /** Whose request it is, as a header line; empty if it does not say. */
    private static String mark(Message request) {
        List<String> marks = request.values("Mark");
        return marks.isEmpty() ? "" : "Mark: " + marks.getFirst() + "\r\n";
    }

    private static String good(Message request, String mark) {
        String body = request.method().equals("HEAD") ? "" : "ok";
        return OK + mark + "Content-Length: 2\r\n\r\n" + body;
    }
}
