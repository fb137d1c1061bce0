package dev.alwayson.node.wiring;

import dev.alwayson.core.control.Effect;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The commands that wait for the control loop's answer. Safe for use by several threads. */
final class Commands implements AutoCloseable {

    private static final int MOST_WAITING = 1000;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Effect.Outcome>> waiting = new ConcurrentHashMap<>();

    /** A number for a new command. */
    long open() {
        return numbers.incrementAndGet();
    }

    /** Waits for the answer to this command; fails at once when too many wait already. */
    CompletableFuture<Effect.Outcome> await(long command) {
        if (waiting.size() >= MOST_WAITING) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(
                            MOST_WAITING + " commands wait already: try again later"));
        }
        return waiting.computeIfAbsent(command, _ -> new CompletableFuture<>());
    }

    void answer(Effect.Answer answer) {
        CompletableFuture<Effect.Outcome> future = waiting.remove(answer.command());
        if (future != null) {
            future.complete(answer.outcome());
        }
    }

    @Override
    public void close() {
        waiting.values()
                .forEach(future ->
                        future.completeExceptionally(
                                new IllegalStateException("the node has stopped")));
        waiting.clear();
    }
}
