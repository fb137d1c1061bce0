package dev.alwayson.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a fault came to.
 *
 * @param at from the start of the load
 * @param began by the wall clock, which the balancer's events carry too
 * @param noticed how long after its beginning the balancer decided that it is so
 * @param answered requests while it lasted
 * @param failed requests while it lasted
 * @param slowest answer while it lasted
 */
record FaultResult(
        Fault fault,
        Duration at,
        Instant began,
        Optional<Duration> noticed,
        long answered,
        long failed,
        Duration slowest) {

    static FaultResult begun(Fault fault, Duration at, Instant began) {
        return new FaultResult(fault, at, began, Optional.empty(), 0, 0, Duration.ZERO);
    }

    /** This result, if the occurrence is how the fault was noticed. */
    FaultResult seen(Occurrence occurrence) {
        if (noticed.isPresent()
                || !occurrence.notices(fault)
                || occurrence.wall().isBefore(began)) {
            return this;
        }
        Duration after = Duration.between(began, occurrence.wall());
        return new FaultResult(fault, at, began, Optional.of(after), answered, failed, slowest);
    }

    FaultResult ended(long answered, long failed, Duration slowest) {
        return new FaultResult(fault, at, began, noticed, answered, failed, slowest);
    }
}
