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
     * @param seed for the policies that draw lots; a different one for each event loop and node
     */
    public Balancer balancer(long seed) {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_CONNECTIONS -> new LeastConnections();
            case SOURCE_HASH -> new SourceHash();
            case RANDOM_TWO -> new RandomTwo(seed);
        };
    }
}
