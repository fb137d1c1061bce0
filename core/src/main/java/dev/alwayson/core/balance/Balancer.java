package dev.alwayson.core.balance;

/**
 * A policy at work for one backend on one event loop. Confined to that thread; a choice makes no
 * object.
 */
public interface Balancer {

    /** What {@link #pick} answers when no server is eligible. */
    int NONE = -1;

    /**
     * Chooses among the eligible servers.
     *
     * @param clientHash a hash of the client's address
     * @return the index of the server, or {@link #NONE}
     */
    int pick(Candidates candidates, long clientHash);

    /**
     * Makes room for the servers of a new snapshot and carries over what was learned. To be called
     * also when only shares have changed.
     *
     * @param origin for each new index the index that the same server had before, or {@link #NONE}
     */
    default void reshape(int[] origin) {}
}
