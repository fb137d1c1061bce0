package dev.alwayson.core.balance;

import java.util.List;

/**
 * A backend as a snapshot shows it: immutable, replaced whole.
 *
 * @param servers in the order of the file
 * @param candidates indices into {@code servers} of those that new work may go to, ascending; empty
 *     while the backend is down
 * @param panic whether so few servers can serve that all do: {@link Serving#panic}
 */
public record BackendView(
        String name,
        Backend backend,
        List<ServerView> servers,
        List<Integer> candidates,
        Availability availability,
        boolean panic) {

    public BackendView {
        servers = List.copyOf(servers);
        candidates = List.copyOf(candidates);
    }
}
