package dev.alwayson.core.balance;

import java.util.List;

/**
 * What the data path carries right now. Safe for use by any thread; the numbers are moments old.
 */
public interface Traffic {

    /** Requests (in tcp mode: connections) that the server is working on. */
    int connections(ServerId server);

    /** Requests that wait for a server of this backend. */
    int queued(String backend);

    /** Client connections of this frontend. */
    int clients(String frontend);

    /** The addresses this frontend listens on, with the ports it really has. */
    List<String> bound(String frontend);
}
