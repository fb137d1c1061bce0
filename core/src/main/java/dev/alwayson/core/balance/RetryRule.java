package dev.alwayson.core.balance;

/**
 * Whether a request whose try failed is tried again. What it promises: while one server can serve,
 * no idempotent request whose body is held fails before its response began; and no request is
 * carried out twice that must not be. Pure; makes no object.
 *
 * @param attempts {@link Retries#attempts}
 */
public record RetryRule(int attempts) {

    public Retry decide(FailedTry failed) {
        if (failed.responseBegun() || failed.deadlinePassed()) {
            return Retry.FAIL;
        }
        boolean repeatable = failed.idempotent() && failed.bodyHeld();
        boolean again =
                switch (failed.failure()) {
                    case CONNECT_FAILED -> failed.serverRemains();
                    case KEPT_CONNECTION_CLOSED -> repeatable;
                    case CONNECTION_BROKEN, SERVER_WENT_DOWN ->
                            repeatable && failed.serverRemains();
                    case TRY_TIMED_OUT, STATUS ->
                            repeatable
                                    && failed.serverRemains()
                                    && failed.slowOrUnwelcome() < attempts;
                };
        return again ? way(failed.failure()) : Retry.FAIL;
    }

    private static Retry way(Failure failure) {
        return switch (failure) {
            case CONNECT_FAILED, CONNECTION_BROKEN, SERVER_WENT_DOWN -> Retry.RETRY;
            case KEPT_CONNECTION_CLOSED -> Retry.RETRY_RECONNECTED;
            case TRY_TIMED_OUT, STATUS -> Retry.RETRY_FROM_BUDGET;
        };
    }

    /**
     * Whether doing it twice has the effect of doing it once (RFC 9110 section 9.2.2). Methods are
     * case-sensitive; an unknown one is not idempotent.
     */
    public static boolean idempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
