package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.FailedTry;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Retry;
import dev.alwayson.core.balance.RetryRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tries of a request: on which server each is made, and what follows one that fails, as {@link
 * RetryRule} says. One for each client connection, used anew for each request; confined to its
 * event loop.
 */
final class Tries implements Claimant, FailedTry {

    /** Fallback backends in a row, so that a circle of them ends. */
    static final int FALLBACKS = 8;

    private final Exchange exchange;
    private final Worker worker;
    private final Place place;
    private final Timing timing;
    private final OutgoingRequest request;

    /** In this backend. */
    private final List<LoopServer> tried = new ArrayList<>(4);

    /**
     * Those of the tried that were only too slow: they may be asked once more, as a last resort.
     */
    private final List<LoopServer> late = new ArrayList<>(1);

    /** The first has failed, and others follow. */
    private boolean retrying;

    /** Those that were made after the first of their backend. */
    private int retries;

    private int fallbacks;

    /** What the last one failed with, until the next one begins. */
    private @Nullable Failure before;

    // What the rule asks.
    private Failure failure = Failure.CONNECT_FAILED;

    /** Those that were given up for it. */
    private int slowOrUnwelcome;

    private boolean serverRemains;

    Tries(Exchange exchange, Place place, Timing timing, OutgoingRequest request) {
        this.exchange = exchange;
        this.worker = exchange.client().worker;
        this.place = place;
        this.timing = timing;
        this.request = request;
    }

    /** Of a new request. */
    void reset() {
        forgetServers();
        retrying = false;
        retries = 0;
        fallbacks = 0;
        slowOrUnwelcome = 0;
        place.reset();
    }

    private void forgetServers() {
        tried.clear();
        late.clear();
        before = null;
    }

    int retries() {
        return retries;
    }

    // ---- the choice of a server ----

    void enter(String name) {
        LoopBackend entered = worker.backend(name);
        if (entered == null) {
            exchange.fail(RequestFailure.NO_SERVER);
            return;
        }
        place.enter(entered);
        request.holdUpTo(entered.plan().retries().holdBody().bytes());
        entered.plan().budget().request(worker.number, worker.coarseNanos());
        timing.chosen(entered.plan());
        choose(entered, RequestFailure.NO_SERVER);
    }

    private void choose(LoopBackend from, RequestFailure otherwise) {
        LoopServer chosen = from.choose(this);
        if (chosen == null && !from.remains(this) && forgiveLate()) {
            chosen = from.choose(this);
        }
        if (chosen != null) {
            granted(chosen);
        } else if (!from.remains(this)) {
            nobody(from, otherwise);
        } else {
            queue(from);
        }
    }

    private void queue(LoopBackend from) {
        long now = System.nanoTime();
        long due = now + from.plan().queueNanos();
        long within = retrying ? Math.min(due, timing.responseDeadline()) : due;
        Waiting next = new Waiting(this, now, within, !tried.isEmpty());
        timing.queued(next, from.plan().load().waiting());
        if (!from.enqueue(next)) {
            refused(RequestFailure.QUEUE_FULL);
        }
    }

    /** The exchange has no server any more. */
    void leaveQueue() {
        LoopBackend from = place.backend();
        if (from != null) {
            from.leaveQueue(this);
        }
    }

    /** No server is left to try: what {@code when-down} says, or the failure of the last try. */
    private void nobody(LoopBackend from, RequestFailure last) {
        BackendPlan plan = from.plan();
        RequestFailure why = last == RequestFailure.NO_SERVER ? from.whyNobody() : last;
        boolean nothingSent = why.status == 503;
        if (nothingSent && plan.fallback().isPresent() && fallbacks < FALLBACKS) {
            fallbacks++;
            forgetServers();
            enter(plan.fallback().get());
        } else {
            Optional<FixedAnswer> fixed = plan.fixedAnswer().get();
            if (nothingSent && fixed.isPresent()) {
                exchange.answer(fixed.get(), why);
            } else {
                exchange.fail(why);
            }
        }
    }

    @Override
    public long clientHash() {
        return exchange.clientHash();
    }

    @Override
    public boolean tried(LoopServer candidate) {
        return tried.contains(candidate);
    }

    /** A server that was only too slow may be asked once more, if it has room. */
    @Override
    public void refused(RequestFailure why) {
        LoopBackend from = place.from();
        if (why == RequestFailure.NO_SERVER) {
            choose(from, why);
        } else {
            LoopServer slow = forgiveLate() ? from.choose(this) : null;
            if (slow == null) {
                exchange.fail(why);
            } else {
                granted(slow);
            }
        }
        worker.flushDirty();
    }

    /**
     * No server is left: those that were only too slow may be asked once more.
     *
     * @return whether there is one
     */
    private boolean forgiveLate() {
        boolean any = !late.isEmpty();
        tried.removeAll(late);
        late.clear();
        return any;
    }

    @Override
    public void failed(Throwable cause) {
        exchange.failed(cause);
    }

    @Override
    public void granted(LoopServer chosen) {
        place.take(chosen);
        if (retrying && deadlinePassed()) { // The first has its time when it begins.
            exchange.fail(RequestFailure.SERVER_TIMEOUT);
            return;
        }
        timing.attempt(retrying);
        if (place.from().plan().view().backend().answer() == Answer.REDIRECT) {
            exchange.redirect(chosen);
            return;
        }
        place.await();
        ask(chosen);
    }

    /** A try is made. */
    private void ask(LoopServer server) {
        Failure last = before;
        before = null;
        if (last != null) {
            retries++;
            worker.recorder.retry(place.from(), last);
        }
        exchange.ask(server, last == Failure.KEPT_CONNECTION_CLOSED);
    }

    // ---- what follows one that fails ----

    /** The try has failed. */
    void failed(Failure kind, RequestFailure why) {
        switch (decide(kind)) {
            case RETRY, RETRY_FROM_BUDGET -> tryElsewhere(kind, why);
            case RETRY_RECONNECTED -> reconnect(kind, why);
            case FAIL -> {
                if (kind == Failure.CONNECT_FAILED) {
                    exchange.takeBack();
                    place.giveBack();
                    nobody(place.from(), why);
                } else {
                    exchange.fail(why);
                }
            }
        }
    }

    /** A kept connection was stale: once more, on a new one, to the same server if it still may. */
    private void reconnect(Failure kind, RequestFailure why) {
        LoopServer on = place.on();
        if (place.from().stillServes(on)) {
            again(kind);
            ask(on);
        } else {
            tryElsewhere(kind, why);
        }
    }

    /**
     * Tries elsewhere while this try still runs, if the rule says so; then this one is given up.
     *
     * @param failed whether that counts as a failure of the server
     * @return whether it is given up
     */
    boolean leave(Failure kind, boolean failed) {
        if (decide(kind) == Retry.FAIL) {
            return false;
        }
        if (failed) {
            place.failed(false);
        }
        tryElsewhere(kind, RequestFailure.SERVER_TIMEOUT);
        return true;
    }

    private void tryElsewhere(Failure kind, RequestFailure why) {
        giveUp(kind);
        choose(place.from(), why);
    }

    /** The try takes long: it is given up for a server that has room, and goes on if none has. */
    void slow(long nowNanos) {
        if (rule(Failure.TRY_TIMED_OUT, true) == Retry.FAIL) {
            timing.askNobodyElse();
            return;
        }
        LoopServer next = chooseBeside(place.on());
        if (next != null && leavesFor(next)) {
            granted(next);
        } else {
            timing.askOthersLater(nowNanos);
        }
    }

    /**
     * Takes a place on a server that has not had the request, nor has it now; null if none is free.
     */
    private @Nullable LoopServer chooseBeside(LoopServer on) {
        tried.add(on);
        try {
            return place.from().choose(this);
        } finally {
            tried.removeLast();
        }
    }

    /**
     * Gives the slow server up, if the budget allows; else the place that was taken on the next.
     */
    private boolean leavesFor(LoopServer next) {
        boolean left = false;
        try {
            if (takeFromBudget()) {
                place.failed(false);
                giveUp(Failure.TRY_TIMED_OUT);
                left = true;
            }
            return left;
        } finally {
            if (!left) { // Also after an Error, for want of memory perhaps.
                place.from().release(next);
            }
        }
    }

    /** The server is given up for another. */
    private void giveUp(Failure kind) {
        again(kind);
        tried.add(place.on());
        if (kind == Failure.TRY_TIMED_OUT) {
            late.add(place.on());
        }
        if (slowOrUnwelcome(kind)) {
            slowOrUnwelcome++;
        }
        place.giveBack();
    }

    /** The request is taken back from who has it, for a further try. */
    private void again(Failure kind) {
        retrying = true;
        before = kind;
        exchange.takeBack();
    }

    /** What becomes of the request when its try fails so; takes from the budget what that takes. */
    private Retry decide(Failure kind) {
        LoopBackend from = place.from();
        tried.add(place.on());
        boolean remains =
                from.remains(this)
                        || (!slowOrUnwelcome(kind) && late.stream().anyMatch(from::stillServes));
        tried.removeLast();
        Retry decision = rule(kind, remains);
        return decision == Retry.RETRY_FROM_BUDGET && !takeFromBudget() ? Retry.FAIL : decision;
    }

    private Retry rule(Failure kind, boolean remains) {
        failure = kind;
        serverRemains = remains;
        return new RetryRule(place.from().plan().retries().attempts()).decide(this);
    }

    private boolean takeFromBudget() {
        BackendPlan plan = place.from().plan();
        return plan.budget().take(plan.retries().budget(), worker.coarseNanos());
    }

    private static boolean slowOrUnwelcome(Failure kind) {
        return kind == Failure.TRY_TIMED_OUT || kind == Failure.STATUS;
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
        return request.held();
    }

    @Override
    public boolean responseBegun() {
        return exchange.responding();
    }

    @Override
    public int slowOrUnwelcome() {
        return slowOrUnwelcome + 1;
    }

    @Override
    public boolean serverRemains() {
        return serverRemains;
    }

    @Override
    public boolean deadlinePassed() {
        return timing.responseOver(worker.coarseNanos());
    }
}
