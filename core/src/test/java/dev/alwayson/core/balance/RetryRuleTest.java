package dev.alwayson.core.balance;

import static dev.alwayson.core.balance.Failure.CONNECTION_BROKEN;
import static dev.alwayson.core.balance.Failure.CONNECT_FAILED;
import static dev.alwayson.core.balance.Failure.KEPT_CONNECTION_CLOSED;
import static dev.alwayson.core.balance.Failure.SERVER_WENT_DOWN;
import static dev.alwayson.core.balance.Failure.STATUS;
import static dev.alwayson.core.balance.Failure.TRY_TIMED_OUT;
import static dev.alwayson.core.balance.Retry.FAIL;
import static dev.alwayson.core.balance.Retry.RETRY;
import static dev.alwayson.core.balance.Retry.RETRY_FROM_BUDGET;
import static dev.alwayson.core.balance.Retry.RETRY_RECONNECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRuleTest {

    private final RetryRule rule = new RetryRule(2);

    /** The table: a GET with another server at hand, then each circumstance that changes it. */
    static Stream<Arguments> table() {
        return Stream.of(
                // 1. Nothing was sent: any method, on another server.
                arguments(get(CONNECT_FAILED), RETRY),
                arguments(get(CONNECT_FAILED).notIdempotent(), RETRY),
                arguments(get(CONNECT_FAILED).bodyGone(), RETRY),
                arguments(get(CONNECT_FAILED).lastServer(), FAIL),
                // 2. A kept connection that closed: once more, where the method allows.
                arguments(get(KEPT_CONNECTION_CLOSED), RETRY_RECONNECTED),
                arguments(get(KEPT_CONNECTION_CLOSED).lastServer(), RETRY_RECONNECTED),
                arguments(get(KEPT_CONNECTION_CLOSED).notIdempotent(), FAIL),
                arguments(get(KEPT_CONNECTION_CLOSED).bodyGone(), FAIL),
                // 3. Something was sent: idempotent, body held.
                arguments(get(CONNECTION_BROKEN), RETRY),
                arguments(get(CONNECTION_BROKEN).notIdempotent(), FAIL),
                arguments(get(CONNECTION_BROKEN).bodyGone(), FAIL),
                arguments(get(CONNECTION_BROKEN).lastServer(), FAIL),
                arguments(get(SERVER_WENT_DOWN), RETRY),
                arguments(get(SERVER_WENT_DOWN).notIdempotent(), FAIL),
                arguments(get(SERVER_WENT_DOWN).bodyGone(), FAIL),
                arguments(get(SERVER_WENT_DOWN).lastServer(), FAIL),
                // 4. Slow tries and unwelcome answers: attempts and the budget govern.
                arguments(get(TRY_TIMED_OUT).slowOrUnwelcome(1), RETRY_FROM_BUDGET),
                arguments(get(TRY_TIMED_OUT).slowOrUnwelcome(2), FAIL),
                arguments(get(TRY_TIMED_OUT).slowOrUnwelcome(1).notIdempotent(), FAIL),
                arguments(get(TRY_TIMED_OUT).slowOrUnwelcome(1).bodyGone(), FAIL),
                arguments(get(TRY_TIMED_OUT).slowOrUnwelcome(1).lastServer(), FAIL),
                arguments(get(STATUS).slowOrUnwelcome(1), RETRY_FROM_BUDGET),
                arguments(get(STATUS).slowOrUnwelcome(2), FAIL),
                arguments(get(STATUS).slowOrUnwelcome(1).notIdempotent(), FAIL),
                arguments(get(STATUS).slowOrUnwelcome(1).bodyGone(), FAIL),
                arguments(get(STATUS).slowOrUnwelcome(1).lastServer(), FAIL),
                // Attempts are for 4 alone: what 1 to 3 retry is bounded by the servers.
                arguments(get(CONNECT_FAILED).slowOrUnwelcome(9), RETRY),
                arguments(get(CONNECTION_BROKEN).slowOrUnwelcome(9), RETRY));
    }

    @ParameterizedTest
    @MethodSource("table")
    void aFailedTryIsDecidedByTheTable(Try failed, Retry decision) {
        assertThat(rule.decide(failed)).isEqualTo(decision);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsRepeatedOnceAResponseBegan(Failure failure) {
        assertThat(rule.decide(get(failure).responseStarted())).isEqualTo(FAIL);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsRepeatedAfterTheDeadlineForAllTries(Failure failure) {
        assertThat(rule.decide(get(failure).late())).isEqualTo(FAIL);
    }

    @Test
    void oneAttemptMeansThatASlowAnswerIsNeverTriedAgain() {
        assertThat(new RetryRule(1).decide(get(TRY_TIMED_OUT).slowOrUnwelcome(1))).isEqualTo(FAIL);
        assertThat(new RetryRule(1).decide(get(CONNECT_FAILED))).isEqualTo(RETRY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
    void theIdempotentMethodsOfRfc9110(String method) {
        assertThat(RetryRule.idempotent(method)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "CONNECT", "get", "PROPFIND", ""})
    void everyOtherMethodIsNot(String method) {
        assertThat(RetryRule.idempotent(method)).isFalse();
    }

    private static Try get(Failure failure) {
        return new Try(failure, true, true, false, 0, true, false);
    }

    record Try(
            Failure failure,
            boolean idempotent,
            boolean bodyHeld,
            boolean responseBegun,
            int slowOrUnwelcome,
            boolean serverRemains,
            boolean deadlinePassed)
            implements FailedTry {

        Try notIdempotent() {
            return new Try(failure, false, bodyHeld, false, slowOrUnwelcome, serverRemains, false);
        }

        Try bodyGone() {
            return new Try(
                    failure, idempotent, false, false, slowOrUnwelcome, serverRemains, false);
        }

        Try slowOrUnwelcome(int tries) {
            return new Try(failure, idempotent, bodyHeld, false, tries, serverRemains, false);
        }

        Try lastServer() {
            return new Try(failure, idempotent, bodyHeld, false, slowOrUnwelcome, false, false);
        }

        Try responseStarted() {
            return new Try(
                    failure, idempotent, bodyHeld, true, slowOrUnwelcome, serverRemains, false);
        }

        Try late() {
            return new Try(
                    failure, idempotent, bodyHeld, false, slowOrUnwelcome, serverRemains, true);
        }
    }
}
