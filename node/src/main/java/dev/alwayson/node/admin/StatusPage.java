package dev.alwayson.node.admin;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Snapshot;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What runs where, and how healthy it is: one document, made from one snapshot. */
final class StatusPage implements Handler {

    private final ShownNode node;

    StatusPage(ShownNode node) {
        this.node = node;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Replies.send(request, response, 200, document());
    }

    private ObjectNode document() {
        Snapshot snapshot = node.operator().snapshot();
        Instant now = node.clock().now().wall();
        Optional<String> notReady = node.notReady().get();
        ObjectNode body = Replies.object();
        body.put("node", node.name()).put("version", node.version());
        body.put("ready", notReady.isEmpty());
        notReady.ifPresent(reason -> body.put("notReady", reason));
        body.put("started", node.started().toString());
        body.put("uptimeSeconds", Duration.between(node.started(), now).toSeconds());
        body.putObject("configuration").put("file", node.file().toString());
        ArrayNode frontends = body.putArray("frontends");
        snapshot.configuration()
                .frontends()
                .forEach((name, frontend) -> frontends.add(frontend(name, frontend)));
        ArrayNode backends = body.putArray("backends");
        snapshot.backends().values().forEach(backend -> backends.add(backend(backend)));
        body.set("changes", changes(snapshot));
        ObjectNode journal = body.putObject("journal");
        journal.put("position", node.journal().position()).put("lost", node.journal().lost());
        node.journal().problem().ifPresent(problem -> journal.put("problem", problem));
        return body;
    }

    private ObjectNode frontend(String name, Frontend frontend) {
        ObjectNode shown = Replies.object();
        shown.put("name", name).put("mode", word(frontend.mode()));
        ArrayNode bind = shown.putArray("bind");
        node.traffic().bound(name).forEach(bind::add);
        return shown.put("clients", node.traffic().clients(name));
    }

    private ObjectNode backend(BackendView backend) {
        ObjectNode shown = Replies.object();
        shown.put("name", backend.name());
        shown.put("availability", word(backend.availability()));
        shown.put("panic", backend.panic());
        shown.put("balance", word(backend.backend().balance()));
        shown.put("queued", node.traffic().queued(backend.name()));
        ArrayNode servers = shown.putArray("servers");
        backend.servers().forEach(server -> servers.add(server(server)));
        return shown;
    }

    private ObjectNode server(ServerView server) {
        ObjectNode shown =
                Replies.object()
                        .put("name", server.id().server())
                        .put("address", server.server().address().toString())
                        .put("health", word(server.health()))
                        .put("standing", word(server.standing()))
                        .put("state", server.state().word())
                        .put("weight", server.server().weight())
                        .put("share", server.share() / 1000.0)
                        .put("backup", server.server().backup())
                        .put("connections", node.traffic().connections(server.id()))
                        .put("reason", server.reason())
                        .put("since", server.since().toString());
        server.ejection()
                .ifPresent(ejection ->
                        shown.putObject("ejection")
                                .put("reason", ejection.reason())
                                .put("times", ejection.times())
                                .put("since", ejection.since().toString())
                                .put("until", ejection.until().toString()));
        return shown;
    }

    private static ObjectNode changes(Snapshot snapshot) {
        RuntimeChanges changes = snapshot.changes();
        ObjectNode shown = Replies.object().put("version", changes.version());
        ObjectNode states = shown.putObject("states");
        ArrayNode withoutEffect = shown.putArray("withoutEffect");
        changes.states()
                .forEach((id, state) -> {
                    states.put(id.toString(), state.word());
                    if (!snapshot.configuration().has(id)) {
                        withoutEffect.add(id.toString());
                    }
                });
        return shown;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
