package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.Health;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of who serves when; {@code docs/serving.md} explains it. The servers of the best rank
 * that is present serve, all of them; no other does. In panic, all that are ready do.
 */
public final class Serving {

    /** The rank of a server that gets nothing new. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** Of a share of servers that is a whole number and was rounded on the way. */
    private static final double ROUNDING = 1e-9;

    private Serving() {}

    /**
     * How a server stands. What an operator decided goes before what checks found, and that before
     * what requests met.
     */
    public static Standing standing(Health health, ServerState state, boolean ejected) {
        return switch (state) {
            case DRAIN -> Standing.DRAINING;
            case MAINT -> Standing.MAINTENANCE;
            case READY ->
                    switch (health) {
                        case HEALTHY -> ejected ? Standing.EJECTED : Standing.SERVING;
                        case UNKNOWN -> ejected ? Standing.EJECTED : Standing.UNCHECKED;
                        case UNHEALTHY -> Standing.DOWN;
                    };
        };
    }

    /** The table: 1 is the best, {@link #NEVER} gets nothing new. */
    public static int rank(Standing standing, boolean backup) {
        return switch (standing) {
            case SERVING -> backup ? 3 : 1;
            case UNCHECKED -> backup ? 4 : 2;
            case EJECTED -> 5;
            case DOWN, DRAINING, MAINTENANCE -> NEVER;
        };
    }

    /** Whether a server that stands so is ready: serves in panic. */
    public static boolean ready(Standing standing) {
        return switch (standing) {
            case SERVING, UNCHECKED, EJECTED, DOWN -> true;
            case DRAINING, MAINTENANCE -> false;
        };
    }

    /** Whether a server that stands so serves, if none goes before it: others are better left. */
    public static boolean able(Standing standing) {
        return switch (standing) {
            case SERVING, UNCHECKED -> true;
            case EJECTED, DOWN, DRAINING, MAINTENANCE -> false;
        };
    }

    /**
     * Whether too few of those that are {@link #counted} are able to serve.
     *
     * @param threshold the part of them that must be; 0 for no panic ever
     */
    public static boolean panic(List<ServerView> servers, Percent threshold) {
        if (threshold.ratio() == 0) {
            return false;
        }
        List<ServerView> counted = counted(servers);
        int able = able(counted);
        return able == 0
                ? !counted.isEmpty()
                : able < threshold.ratio() * counted.size() - ROUNDING;
    }

    /**
     * The ready servers that panic is decided by: those that are not backups or, where none of
     * these is able to serve, the backups; all where nobody is.
     */
    public static List<ServerView> counted(List<ServerView> servers) {
        List<ServerView> ready = servers.stream().filter(view -> ready(view.standing())).toList();
        for (boolean backup : new boolean[] {false, true}) {
            List<ServerView> kind =
                    ready.stream().filter(view -> view.server().backup() == backup).toList();
            if (able(kind) > 0) {
                return kind;
            }
        }
        return ready;
    }

    /** How many are able to serve. */
    public static int able(List<ServerView> servers) {
        return (int) servers.stream().filter(Serving::able).count();
    }

    /** How many servers of those that could serve may be ejected at a time. */
    public static int mostEjected(List<ServerView> servers, Percent share) {
        long could = servers.stream().filter(view -> able(view) || ejected(view)).count();
        return (int) (share.ratio() * could + ROUNDING);
    }

    /** How many stand as ejected. */
    public static int ejected(List<ServerView> servers) {
        return (int) servers.stream().filter(Serving::ejected).count();
    }

    /** The indices of those that new work may go to, ascending. */
    public static List<Integer> candidates(List<ServerView> servers, boolean panic) {
        int best = best(servers);
        List<Integer> candidates = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            ServerView view = servers.get(i);
            if (panic ? ready(view.standing()) : best != NEVER && rank(view) == best) {
                candidates.add(i);
            }
        }
        return candidates;
    }

    /**
     * Whether the backend can serve. Servers that were not checked yet are not held against it, nor
     * are those that an operator took out.
     */
    public static Availability availability(List<ServerView> servers) {
        int best = best(servers);
        if (best == NEVER) {
            return Availability.DOWN;
        }
        boolean onlyBackups = best > rank(Standing.UNCHECKED, false);
        boolean someOut = false;
        for (ServerView view : servers) {
            someOut |= ready(view.standing()) && !able(view);
        }
        return onlyBackups || someOut ? Availability.DEGRADED : Availability.UP;
    }

    private static int best(List<ServerView> servers) {
        int best = NEVER;
        for (ServerView view : servers) {
            best = Math.min(best, rank(view));
        }
        return best;
    }

    private static boolean able(ServerView view) {
        return able(view.standing());
    }

    private static boolean ejected(ServerView view) {
        return view.standing() == Standing.EJECTED;
    }

    private static int rank(ServerView view) {
        return rank(view.standing(), view.server().backup());
    }
}
