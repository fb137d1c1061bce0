package dev.alwayson.core.journal;

/** Whose knowledge an event is. Only verdicts count for incidents and uptime. */
public enum Scope {
    /** What one node saw. */
    VIEW,
    /**
     * What the cluster agreed on. A node that is alone is its own cluster: what its control loop
     * decides is a verdict.
     */
    VERDICT
}
