package dev.alwayson.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which fault comes when: one at a time, each over well before the next begins. */
final class FaultPlan {

    private static final Duration LEAD = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofMillis(3500);
    private static final Duration LONGEST = Duration.ofSeconds(8);
    private static final int KINDS = 5;
    private static final Duration LATE = Duration.ofSeconds(3);

    private FaultPlan() {}

    /**
     * As many faults as fit into the time, in turn of kind and server; none if it is below 6 s.
     *
     * @param servers at least one
     */
    static List<Planned> of(Duration total, List<String> servers) {
        Duration period = total.minus(LEAD).dividedBy(KINDS);
        if (period.compareTo(SHORTEST) < 0) {
            period = SHORTEST;
        } else if (period.compareTo(LONGEST) > 0) {
            period = LONGEST;
        }
        Duration lasts = period.multipliedBy(11).dividedBy(20);
        List<Planned> plan = new ArrayList<>();
        Duration from = LEAD;
        for (int i = 0; from.plus(period).compareTo(total) <= 0; i++) {
            plan.add(new Planned(from, from.plus(lasts), fault(i, servers)));
            from = from.plus(period);
        }
        return plan;
    }

    private static Fault fault(int turn, List<String> servers) {
        String server = servers.get((turn % KINDS + turn / KINDS) % servers.size());
        return switch (turn % KINDS) {
            case 0 -> new Fault.Killed(server);
            case 1 -> new Fault.Frozen(server);
            case 2 -> new Fault.Failing(server);
            case 3 -> new Fault.Slowed(server, LATE);
            default -> new Fault.Reloaded(server);
        };
    }

    /** Times count from the start of the load. */
    record Planned(Duration from, Duration until, Fault fault) {}
}
