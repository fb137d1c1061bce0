package dev.alwayson.core.balance;

/**
 * The servers of one backend as a balancer sees them at the moment of a choice. Indices run from 0
 * to {@link #size} − 1 and mean the same servers for as long as the balancer lives. Implementations
 * answer from fields: no allocation, no lock.
 */
public interface Candidates {

    int size();

    /** Whether this request may go there: may take new work, has room, was not tried yet. */
    boolean eligible(int index);

    /** The weight now, in thousandths; 1 to 256,000; stays until {@link Balancer#reshape}. */
    int share(int index);

    /** The weight of the configuration, 1 to 256, also while a slow start holds the share down. */
    int weight(int index);

    /** Requests or connections that the server is working on, over all event loops. */
    int load(int index);

    /** A hash of the server's name, the same on every node and in every run: {@link Hash}. */
    long nameHash(int index);
}
