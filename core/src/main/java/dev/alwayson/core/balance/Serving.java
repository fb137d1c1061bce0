package dev.alwayson.core.balance;

import dev.alwayson.core.target.Health;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of who serves when; {@code docs/serving.md} explains it. The servers of the best rank
 * that is present serve, all of them; no other does.
 */
public final class Serving {

    /** The rank of a server that gets nothing new. */
    public static final int NEVER = Integer.MAX_VALUE;

    private Serving() {}

    /** How a server stands. What an operator decided goes before what checks found. */
    public static Standing standing(Health health, ServerState state) {
        return switch (state) {
            case DRAIN -> Standing.DRAINING;
            case MAINT -> Standing.MAINTENANCE;
            case READY ->
                    switch (health) {
                        case HEALTHY -> Standing.SERVING;
                        case UNKNOWN -> Standing.UNCHECKED;
                        case UNHEALTHY -> Standing.DOWN;
                    };
        };
    }

    /** The table: 1 is the best, {@link #NEVER} gets nothing new. */
    public static int rank(Standing standing, boolean backup) {
        return switch (standing) {
            case SERVING -> backup ? 3 : 1;
            case UNCHECKED -> backup ? 4 : 2;
            case DOWN, DRAINING, MAINTENANCE -> NEVER;
        };
    }

    /** The indices of those that new work may go to, ascending. */
    public static List<Integer> candidates(List<ServerView> servers) {
        int best = NEVER;
        for (ServerView view : servers) {
            best = Math.min(best, rank(view));
        }
        List<Integer> candidates = new ArrayList<>();
        for (int i = 0; best != NEVER && i < servers.size(); i++) {
            if (rank(servers.get(i)) == best) {
                candidates.add(i);
            }
        }
        return candidates;
    }

    /**
     * Whether the backend can serve. Servers that were not checked yet are not held against it, nor
     * are those that an operator took out.
     */
    public static Availability availability(List<ServerView> servers, List<Integer> candidates) {
        if (candidates.isEmpty()) {
            return Availability.DOWN;
        }
        boolean onlyBackups = servers.get(candidates.getFirst()).server().backup();
        boolean someDown = servers.stream().anyMatch(view -> view.standing() == Standing.DOWN);
        return onlyBackups || someDown ? Availability.DEGRADED : Availability.UP;
    }

    private static int rank(ServerView view) {
        return rank(view.standing(), view.server().backup());
    }
}
