package dev.alwayson.node.admin;

import dev.alwayson.core.journal.Journal;
import dev.alwayson.node.json.EventJson;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The journal, page by page and as server-sent events. A follower has no queue: it reads the
 * durable journal from where it is, however slow it is.
 */
final class EventPages implements HttpService {

    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final String STREAM = "text/event-stream";
    private static final int MOST_FOLLOWERS = 100;
    private static final int PAGE_EVENTS = 100;
    private static final int MOST_EVENTS = 10_000;
    private static final Duration WAIT = Duration.ofMillis(500);

    /** Waits without an event after which a comment shows that the stream lives. */
    private static final int WAITS_A_COMMENT = 20;

    private final Journal journal;
    private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);
    private volatile boolean stopping;

    EventPages(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void routing(HttpRules rules) {
        AdminServer.page(rules, "/", this::page);
        AdminServer.page(rules, "/stream", this::stream);
    }

    /** Ends the streams, within {@link #WAIT}. */
    void stop() {
        stopping = true;
    }

    private void page(ServerRequest request, ServerResponse response) {
        Optional<Long> after = number(request.query().first("after").orElse("0"), 0);
        Optional<Long> limit =
                number(request.query().first("limit").orElse("" + PAGE_EVENTS), 1)
                        .filter(n -> n <= MOST_EVENTS);
        if (after.isEmpty() || limit.isEmpty()) {
            Replies.refuse(request, response, badQuery(request));
            return;
        }
        List<Journal.Entry> entries = journal.read(after.get(), limit.get().intValue());
        ObjectNode body = Replies.object();
        ArrayNode events = body.putArray("events");
        entries.forEach(entry -> events.add(EventJson.write(entry)));
        body.put("next", entries.isEmpty() ? after.get() : entries.getLast().position());
        Replies.send(request, response, 200, body);
    }

    private void stream(ServerRequest request, ServerResponse response) throws Exception {
        Optional<String> lastEvent = request.headers().first(LAST_EVENT_ID);
        String from =
                lastEvent
                        .or(() -> request.query().first("after").asOptional())
                        .orElse(Long.toString(journal.position()));
        Optional<Long> after = number(from, 0);
        if (after.isEmpty()) {
            Refusal refusal = lastEvent.map(EventPages::badId).orElseGet(() -> badQuery(request));
            Replies.refuse(request, response, refusal);
        } else if (request.prologue().method().equals(Method.HEAD)) {
            Replies.send(request, response, 200, STREAM, new byte[0]);
        } else if (!followers.tryAcquire()) {
            Replies.refuse(
                    request,
                    response,
                    new Refusal(
                            503,
                            request.prologue().method().text()
                                    + " "
                                    + request.path().absolute().path(),
                            MOST_FOLLOWERS + " others follow already",
                            "ask for pages instead: /api/v1/events?after=POSITION"));
        } else {
            try {
                response.header(HeaderNames.CONTENT_TYPE, STREAM);
                follow(response, after.get());
            } finally {
                followers.release();
            }
        }
    }

    private void follow(ServerResponse response, long from) throws InterruptedException {
        long after = from;
        int waits = 0;
        try (OutputStream output = response.outputStream()) {
            write(output, ": the journal after " + after + "\n\n");
            while (!stopping) {
                if (journal.await(after, WAIT)) {
                    for (Journal.Entry entry : journal.read(after, PAGE_EVENTS)) {
                        after = entry.position();
                        write(
                                output,
                                "id: " + after + "\ndata: " + EventJson.write(entry) + "\n\n");
                    }
                    waits = 0;
                } else if (++waits % WAITS_A_COMMENT == 0) {
                    write(output, ": nothing new\n\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the follower has gone", e);
        }
    }

    private static void write(OutputStream output, String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
        output.flush();
    }

    private static Optional<Long> number(String text, long least) {
        return text.matches("\\d{1,18}")
                ? Optional.of(Long.parseLong(text)).filter(n -> n >= least)
                : Optional.empty();
    }

    private static Refusal badId(String lastEvent) {
        return new Refusal(
                400,
                "Last-Event-ID: " + lastEvent,
                "it is the position of an event, a number from 0",
                "send the id of the last event seen, or leave the header out");
    }

    private static Refusal badQuery(ServerRequest request) {
        return new Refusal(
                400,
                request.query().rawValue(),
                "after is a position from 0, limit a number from 1 to " + MOST_EVENTS,
                "take after from next, or from the id of the last event seen");
    }
}
