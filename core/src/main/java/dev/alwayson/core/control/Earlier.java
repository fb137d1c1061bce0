package dev.alwayson.core.control;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds a server in an earlier view: at once where it kept its place, as it mostly does. */
final class Earlier {

    private final List<ServerView> servers;
    private final Map<ServerId, ServerView> byId = new HashMap<>();

    Earlier(Optional<BackendView> view) {
        servers = view.map(BackendView::servers).orElse(List.of());
    }

    Optional<ServerView> view(int place, ServerId id) {
        if (place < servers.size() && servers.get(place).id().equals(id)) {
            return Optional.of(servers.get(place));
        }
        if (byId.isEmpty()) {
            servers.forEach(server -> byId.put(server.id(), server));
        }
        return Optional.ofNullable(byId.get(id));
    }
}
