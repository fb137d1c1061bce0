package dev.alwayson.node.proxy;

import java.util.Map;

/**
 * A snapshot made ready for the event loops. Immutable; shared by them.
 *
 * @param drainNanos how long the connections of a frontend that is gone may finish
 */
record Plan(
        Map<String, FrontendPlan> frontends, Map<String, BackendPlan> backends, long drainNanos) {

    Plan {
        frontends = Map.copyOf(frontends);
        backends = Map.copyOf(backends);
    }
}
