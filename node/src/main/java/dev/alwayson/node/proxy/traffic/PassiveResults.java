package dev.alwayson.node.proxy.traffic;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.setting.HostAndPort;
import java.util.ArrayList;
import java.util.HashMap;
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
     * @param watched the servers to look at, and where they are; of one that was not watched there
     *     before, what came until now does not count
     */
    public List<ServerTries> since(Map<ServerId, HostAndPort> watched) {
        List<ServerTries> told = new ArrayList<>();
        if (!watched.isEmpty() || !seen.isEmpty()) {
            seen.keySet().retainAll(watched.keySet());
            watched.forEach((server, address) -> look(server, address, told));
        }
        return told;
    }

    private void look(ServerId server, HostAndPort address, List<ServerTries> told) {
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
        if (before == null || !before.address.equals(address)) {
            seen.put(server, new Seen(address, failed, answered));
            return;
        }
        long newlyFailed = failed - before.failed;
        // A response that is found to be a failure later is taken back.
        long newlyAnswered = Math.max(0, answered - before.answered);
        boolean again = before.failing && newlyAnswered > 0;
        if (newlyFailed > 0 || again) {
            told.add(new ServerTries(server, address, newlyFailed, newlyAnswered));
            before.failing = newlyFailed > 0;
        }
        before.failed = failed;
        before.answered = answered;
    }

    private static final class Seen {
        final HostAndPort address;
        long failed;
        long answered;
        boolean failing;

        Seen(HostAndPort address, long failed, long answered) {
            this.address = address;
            this.failed = failed;
            this.answered = answered;
        }
    }
}
