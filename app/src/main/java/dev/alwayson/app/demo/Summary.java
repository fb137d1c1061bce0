package dev.alwayson.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the demo came to.
 *
 * @param saved tries that the balancer made again
 * @param unanswered whether requests still waited when the demo gave up waiting for them
 * @param problem what kept the demo from being carried out as planned
 */
record Summary(
        Duration lasted,
        Tally.Totals totals,
        long saved,
        List<FaultResult> faults,
        List<String> failures,
        boolean unanswered,
        Optional<String> problem) {

    private static final String FAULT = "%-7s %-30s %-14s %8s %8s %7s";

    Summary {
        faults = List.copyOf(faults);
        failures = List.copyOf(failures);
    }

    /**
     * Whether the promise held: every request was answered, however much was done to the servers.
     */
    boolean good() {
        return totals.failed() == 0 && totals.answered() > 0 && !unanswered && problem.isEmpty();
    }

    /** At most 79 columns. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(" ".repeat(56) + "while the fault lasted:");
        lines.add(FAULT.formatted("at", "fault", "noticed after", "answered", "slowest", "failed"));
        for (FaultResult fault : faults) {
            lines.add(
                    FAULT.formatted(
                            Figures.clock(fault.at()),
                            Figures.cut(fault.fault().text(), 30),
                            fault.noticed().map(Figures::duration).orElse("never"),
                            Figures.count(fault.answered()),
                            Figures.duration(fault.slowest()),
                            Figures.count(fault.failed())));
        }
        lines.add("");
        failures.forEach(failure -> lines.add("failed: " + failure));
        if (totals.cut() > 0) {
            lines.add(
                    Figures.count(totals.cut())
                            + " answers were cut off after they had begun, which no promise covers");
        }
        if (unanswered) {
            lines.add("some requests had no answer when the demo ended");
        }
        problem.ifPresent(text -> lines.add("the demo was not carried out as planned: " + text));
        lines.add(verdict());
        return lines;
    }

    private String verdict() {
        return "%s requests in %d s: %s answered, %s tries saved by a retry, %s failed."
                .formatted(
                        Figures.count(totals.requests()),
                        lasted.toSeconds(),
                        Figures.count(totals.answered()),
                        Figures.count(saved),
                        Figures.count(totals.failed()));
    }
}
