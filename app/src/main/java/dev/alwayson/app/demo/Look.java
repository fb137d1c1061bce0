package dev.alwayson.app.demo;

import java.time.Duration;
import java.util.List;

/**
 * Everything that the demo shows at a moment.
 *
 * @param saved tries that the balancer made again
 * @param told the story so far: faults, and what the balancer did, oldest first
 */
record Look(
        Duration elapsed,
        Duration total,
        int port,
        Recent.Second second,
        Tally.Totals totals,
        long saved,
        List<ServerStatus> servers,
        String fault,
        List<Line> told) {

    Look {
        servers = List.copyOf(servers);
        told = List.copyOf(told);
    }

    /**
     * One line of the story.
     *
     * @param fault whether the demo did it; else the balancer did
     */
    record Line(Duration at, boolean fault, String text) {}
}
