package dev.alwayson.core.balance;

/**
 * How a server stands in its backend: the rows of the table of who serves when. In order of
 * preference: what stands higher keeps what stands lower from serving, where {@link Serving} says
 * so.
 */
public enum Standing {
    /** Healthy, or healthy again and within its slow start. */
    SERVING,
    /** Not checked yet: serves only while no server of its kind is known to be healthy. */
    UNCHECKED,
    /** Its requests kept failing: gets nothing for a while, though its checks do not fail. */
    EJECTED,
    /** Its checks fail. */
    DOWN,
    /** Drained by an operator. */
    DRAINING,
    /** Taken out by an operator. */
    MAINTENANCE
}
