package dev.alwayson.core.balance;

/** The policies by which a backend chooses among the servers that can serve. */
public enum Balance {
    ROUND_ROBIN,
    LEAST_CONNECTIONS,
    SOURCE_HASH,
    RANDOM_TWO;

    /**
     * A balancer of this policy, for one backend on one event loop.
     *
     * @param seed a different one for each event loop and node, best one after the other: where
     *     turns begin, and what lots are drawn
     */
    public Balancer balancer(long seed) {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin(seed);
            case LEAST_CONNECTIONS -> new LeastConnections(seed);
            case SOURCE_HASH -> new SourceHash();
            case RANDOM_TWO -> new RandomTwo(seed);
        };
    }
}
