package dev.alwayson.node.proxy;

import java.util.Map;
import java.util.Set;

/**
 * A snapshot made ready for the event loops. Immutable; shared by them.
 *
 * @param stillReached frontends to which connections may come by an address that was given up
 * @param drainNanos how long the connections of a frontend that is gone may finish
 */
record Plan(
        Map<String, FrontendPlan> frontends,
        Map<String, BackendPlan> backends,
        Set<String> stillReached,
        long drainNanos) {

    Plan {
        frontends = Map.copyOf(frontends);
        backends = Map.copyOf(backends);
        stillReached = Set.copyOf(stillReached);
    }
}
