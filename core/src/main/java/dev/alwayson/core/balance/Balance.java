package dev.alwayson.core.balance;

/** The policies by which a backend chooses among the servers that can serve. */
public enum Balance {
    ROUND_ROBIN,
    LEAST_CONNECTIONS,
    SOURCE_HASH,
    RANDOM_TWO
}
