package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.FailedTry;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Retry;
import dev.alwayson.core.balance.RetryRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which servers had a request, and what {@link RetryRule} says of another try. One for each client
 * connection, used anew for each request; confined to its event loop.
 */
final class Tries implements FailedTry {

    private final Exchange exchange;
    private final List<LoopServer> tried = new ArrayList<>(4);

    /**
     * Those of the tried that were only too slow: they may be asked once more, as a last resort.
     */
    private final List<LoopServer> late = new ArrayList<>(1);

    private Failure failure = Failure.CONNECT_FAILED;
    private int slowOrUnwelcome;
    private boolean serverRemains;
    private boolean outOfBudget;

    /** What the last try failed with, until the next one begins. */
    private @Nullable Failure before;

    Tries(Exchange exchange) {
        this.exchange = exchange;
    }

    void reset() {
        forgetServers();
        slowOrUnwelcome = 0;
    }

    /** Another backend is asked. */
    void forgetServers() {
        tried.clear();
        late.clear();
        before = null;
    }

    boolean had(LoopServer server) {
        return tried.contains(server);
    }

    boolean any() {
        return !tried.isEmpty();
    }

    /**
     * Takes a place on a server that has not had the request, nor has it now; null if none is free.
     */
    @Nullable LoopServer chooseBeside(LoopServer on, LoopBackend from) {
        tried.add(on);
        try {
            return from.choose(exchange);
        } finally {
            tried.removeLast();
        }
    }

    /** What becomes of a request whose try on this server failed so. */
    Retry decide(Failure kind, LoopBackend from, LoopServer on, long nowNanos) {
        failure = kind;
        boolean slow = kind == Failure.TRY_TIMED_OUT || kind == Failure.STATUS;
        if (slow) {
            slowOrUnwelcome++;
        }
        tried.add(on);
        serverRemains = from.remains(exchange) || (!slow && !late.isEmpty());
        tried.removeLast();
        BackendPlan plan = from.plan();
        Retry decision = new RetryRule(plan.retries().attempts()).decide(this);
        outOfBudget =
                decision == Retry.RETRY_FROM_BUDGET
                        && !plan.budget().take(plan.retries().budget(), nowNanos);
        if (outOfBudget) {
            slowOrUnwelcome--;
            return Retry.FAIL;
        }
        return decision;
    }

    /** Whether only the budget forbade the last one: it may have room again soon. */
    boolean outOfBudget() {
        return outOfBudget;
    }

    /** The server is given up for another. */
    void giveUp(LoopServer server, Failure kind) {
        tried.add(server);
        before = kind;
        if (kind == Failure.TRY_TIMED_OUT) {
            late.add(server);
        }
    }

    /** A try begins: what the one before failed with, if it is not the first. */
    @Nullable Failure begin() {
        Failure last = before;
        before = null;
        return last;
    }

    /**
     * No server is left: those that were only too slow may be asked once more.
     *
     * @return whether there is one
     */
    boolean forgiveLate() {
        boolean any = !late.isEmpty();
        tried.removeAll(late);
        late.clear();
        return any;
    }

    @Override
    public Failure failure() {
        return failure;
    }

    @Override
    public boolean idempotent() {
        return exchange.method().idempotent();
    }

    @Override
    public boolean bodyHeld() {
        return exchange.bodyHeld();
    }

    @Override
    public boolean responseBegun() {
        return exchange.responding();
    }

    @Override
    public int slowOrUnwelcome() {
        return slowOrUnwelcome;
    }

    @Override
    public boolean serverRemains() {
        return serverRemains;
    }

    @Override
    public boolean deadlinePassed() {
        return exchange.responseOver();
    }
}
