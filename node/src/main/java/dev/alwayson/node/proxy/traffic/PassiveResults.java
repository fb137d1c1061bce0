package dev.alwayson.node.proxy.traffic;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What came of requests since it was asked last, added up from the counters that the event loops
 * keep anyway. Asked by one thread at a time.
 */
public final class PassiveResults {

    private final TrafficMetrics traffic;
    private final Map<ServerId, Seen> seen = new HashMap<>();

    public PassiveResults(TrafficMetrics traffic) {
        this.traffic = traffic;
    }

    /**
     * Of the servers of which requests have failed, and once more when some are answered again and
     * none fails.
     *
     * @param watched the servers to look at; of one that was not watched before, what came until
     *     now does not count
     */
    public List<ServerTries> since(List<ServerId> watched) {
        List<ServerTries> told = new ArrayList<>();
        if (!watched.isEmpty() || !seen.isEmpty()) {
            seen.keySet().retainAll(new HashSet<>(watched));
            watched.forEach(server -> look(server, told));
        }
        return told;
    }

    private void look(ServerId server, List<ServerTries> told) {
        long failed = 0;
        long answered = 0;
        for (LoopTraffic loop : traffic.loops()) {
            ServerCell cell = loop.servers.get(server);
            if (cell != null) {
                failed += cell.failed();
                answered += cell.answered();
            }
        }
        Seen before = seen.get(server);
        if (before == null) {
            seen.put(server, new Seen(failed, answered));
            return;
        }
        long newlyFailed = failed - before.failed;
        // A response that is found to be a failure later is taken back.
        long newlyAnswered = Math.max(0, answered - before.answered);
        boolean again = before.failing && newlyAnswered > 0;
        if (newlyFailed > 0 || again) {
            told.add(new ServerTries(server, newlyFailed, newlyAnswered));
            before.failing = newlyFailed > 0;
        }
        before.failed = failed;
        before.answered = answered;
    }

    private static final class Seen {
        long failed;
        long answered;
        boolean failing;

        Seen(long failed, long answered) {
            this.failed = failed;
            this.answered = answered;
        }
    }
}
