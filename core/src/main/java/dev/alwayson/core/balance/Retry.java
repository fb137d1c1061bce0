package dev.alwayson.core.balance;

/** What becomes of a request whose try on one server failed. */
public enum Retry {
    /** Again, on a server that was not tried yet. Outside the budget. */
    RETRY,
    /**
     * Again, on a new connection (never a kept one, which bounds it) to the same server, or to
     * another if that one may no longer take work. The server does not count as tried. Outside the
     * budget.
     */
    RETRY_RECONNECTED,
    /** Again, on a server that was not tried yet, if {@link RetryBudget#take} allows. */
    RETRY_FROM_BUDGET,
    /**
     * Not again. A try that timed out goes on until the deadline for all tries; a status is passed
     * on as the answer; every other failure is told to the client.
     */
    FAIL
}
