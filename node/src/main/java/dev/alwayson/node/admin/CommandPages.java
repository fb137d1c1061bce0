package dev.alwayson.node.admin;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.Effect.Outcome;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What changes the running node: server states and reload. */
final class CommandPages implements HttpService {

    private static final int MOST_SECONDS = 10;
    private static final String BY = "admin";

    private final ShownNode node;
    private final ReentrantLock reloading = new ReentrantLock();

    CommandPages(ShownNode node) {
        this.node = node;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any("/servers/*", this::setState);
        AdminServer.command(rules, "/reload", this::reload);
    }

    /** Below it only what a command can be is a page. */
    private void setState(ServerRequest request, ServerResponse response) throws Exception {
        String path = request.path().path().substring("/servers/".length()).replaceFirst("/$", "");
        String[] words = path.split("/", -1);
        Optional<ServerState> state =
                Arrays.stream(ServerState.values())
                        .filter(s -> s.word().equals(words[words.length - 1]))
                        .findFirst();
        if (words.length < 3 || state.isEmpty()) {
            AdminServer.refuse(
                    request,
                    response,
                    404,
                    "a command is BACKEND/SERVER/ and drain, ready or maint");
            return;
        }
        String backend = String.join("/", Arrays.copyOf(words, words.length - 2));
        ServerId server = new ServerId(backend, words[words.length - 2]);
        AdminServer.command(
                request, response, (_, _) -> setState(request, response, server, state.get()));
    }

    private void setState(
            ServerRequest request, ServerResponse response, ServerId server, ServerState state)
            throws InterruptedException {
        try {
            Outcome outcome =
                    node.operator()
                            .setServerState(server, state, BY)
                            .get(MOST_SECONDS, TimeUnit.SECONDS);
            answer(request, response, server, state, outcome);
        } catch (TimeoutException e) {
            String why = "not confirmed within " + MOST_SECONDS + " seconds";
            refuse(request, response, server, state, why);
        } catch (ExecutionException e) {
            Optional<Throwable> cause = Optional.ofNullable(e.getCause());
            String why = cause.map(Throwable::getMessage).orElse("it failed");
            refuse(request, response, server, state, why);
        }
    }

    private static void refuse(
            ServerRequest request,
            ServerResponse response,
            ServerId server,
            ServerState state,
            String why) {
        String next = "look at /api/v1/status and at /health";
        Replies.refuse(request, response, new Refusal(503, server + " " + state.word(), why, next));
    }

    private void answer(
            ServerRequest request,
            ServerResponse response,
            ServerId server,
            ServerState state,
            Outcome outcome) {
        switch (outcome) {
            case Outcome.Done _ ->
                    Replies.send(request, response, 200, done(server, state, "done"));
            case Outcome.NotStored notStored ->
                    Replies.send(
                            request,
                            response,
                            200,
                            done(server, state, "not-stored").put("problem", notStored.problem()));
            case Outcome.Unknown unknown ->
                    Replies.refuse(
                            request,
                            response,
                            new Refusal(
                                    404,
                                    unknown.subject(),
                                    "no such server is configured",
                                    unknown.nearest().isEmpty()
                                            ? "see alwayson status"
                                            : "did you mean " + unknown.nearest() + "?"));
        }
    }

    private ObjectNode done(ServerId server, ServerState state, String result) {
        return Replies.object()
                .put("result", result)
                .put("server", server.toString())
                .put("state", state.word())
                .put("connections", node.traffic().connections(server));
    }

    private void reload(ServerRequest request, ServerResponse response) {
        if (!reloading.tryLock()) {
            ObjectNode body = Replies.object().put("applied", false);
            body.putArray("problems").add("another reload is under way: ask again when it ended");
            Replies.send(request, response, 409, body);
            return;
        }
        try {
            List<String> problems = node.operator().reload(BY);
            ObjectNode body = Replies.object().put("applied", problems.isEmpty());
            if (!problems.isEmpty()) {
                ArrayNode lines = body.putArray("problems");
                problems.forEach(lines::add);
            }
            Replies.send(request, response, problems.isEmpty() ? 200 : 422, body);
        } finally {
            reloading.unlock();
        }
    }
}
