package dev.alwayson.core.balance;

/**
 * What {@link RetryRule} has to know of a request whose try on one server failed. Implementations
 * answer from fields.
 */
public interface FailedTry {

    Failure failure();

    /** Whether the request's method is idempotent: {@link RetryRule#idempotent}. */
    boolean idempotent();

    /**
     * Whether all of the body that was received so far is held, so that it can be sent again. True
     * for a request without a body.
     */
    boolean bodyHeld();

    /** Whether any byte of a final response was passed on to the client. */
    boolean responseBegun();

    /**
     * Tries, this one included, that ended with {@link Failure#TRY_TIMED_OUT} or {@link
     * Failure#STATUS}.
     */
    int slowOrUnwelcome();

    /** Whether a server can take the request that was not given it yet. */
    boolean serverRemains();

    /** Whether the time for all tries, {@code response}, is over. */
    boolean deadlinePassed();
}
